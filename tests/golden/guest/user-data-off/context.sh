VMID='7'
USER_DATA='#cloud-config
hostname: web
write_files: [{path: /etc/x}]
'
