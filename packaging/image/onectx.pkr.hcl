# The last provisioners of a Packer build, for any builder that reaches the machine by ssh.
#   packer build -var onectx_guest=build/bin/onectx-guest .
variable "onectx_guest" {
  type        = string
  description = "the onectx-guest built for the image's architecture"
}

build {
  # sources = ["source.qemu.debian"]

  provisioner "file" {
    source      = var.onectx_guest
    destination = "/tmp/onectx-guest"
  }

  # Nothing may follow: what runs after the seal leaves traces in every copy.
  provisioner "shell" {
    execute_command = "sudo sh -c '{{ .Vars }} {{ .Path }}'"
    inline = [
      "chmod 0755 /tmp/onectx-guest",
      "/tmp/onectx-guest install --root /",
      "rm /tmp/onectx-guest",
      "onectx-guest seal --root /",
    ]
  }
}
