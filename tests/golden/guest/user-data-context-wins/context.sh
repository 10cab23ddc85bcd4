VMID='7'
SET_HOSTNAME='web01'
USERNAME='admin'
CRYPTED_PASSWORD='$6$salt$hash'
GROW_ROOTFS='NO'
USER_DATA='#cloud-config
hostname: other
user: {name: other, ssh_authorized_keys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILaOYSGVyITashbF6BKnHzm54fUe5cbx1jvmryhKNzLb admin@example.org"]}
password: theirs
growpart: {mode: auto, devices: [/]}
snap: {commands: [x]}
hostnam: typo
write_files:
- {path: relative, content: x}
- {path: /etc/kept, content: x}
'
