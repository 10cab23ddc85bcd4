DNS='9.9.9.9\nnameserver 6.6.6.6 "x" $(reboot)'
SEARCH_DOMAIN='a.example; b.example "c" {d} e.example\n [f] '\''g'\'' #h'
ETH0_MAC='02:00:0a:00:00:02'
ETH0_IP='10.0.0.2
10.0.0.3'
ETH0_MASK='24'
ETH0_GATEWAY='10.0.0.1"'
ETH0_ROUTES='10.8.0.0/16 via 10.0.0.3; rm, "x" via y'
ETH0_MTU='9000 up rm'
ETH0_METRIC='1
2'
ETH1_MAC='02:00:0a:00:01:02'
ETH1_IP='10.1.0.2'
ETH1_MASK='24'
