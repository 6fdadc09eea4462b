module tlsock.invalid/interop

go 1.26
