SET_HOSTNAME='web01.example.org'
USERNAME='ec2-user'
SSH_PUBLIC_KEY='ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILaOYSGVyITashbF6BKnHzm54fUe5cbx1jvmryhKNzLb admin@example.org'
VMID='7'
