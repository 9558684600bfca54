"""What stands outside while attempts.py tries to get there: servers, a process with a secret, a log of whatever reached it.

    outside.py FOLDER ABSTRACT-NAME

Prints its TCP and UDP port, then serves until its standard input ends. FOLDER/reached gets a line for each thing that reached it;
who connects to a Unix socket is handed a descriptor to write FOLDER/target with.
"""
import os
import select
import signal
import socket
import sys

folder, abstract = sys.argv[1:]
log = os.open(folder + "/reached", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
target = os.open(folder + "/target", os.O_WRONLY | os.O_APPEND)


def note(what):
    os.write(log, what.encode() + b"\n")


for number in (signal.SIGUSR1, signal.SIGTERM, signal.SIGINT):
    signal.signal(number, lambda number, frame: note(f"signal {number}"))
tcp = socket.create_server(("127.0.0.1", 0))
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("127.0.0.1", 0))
unix = []
for address in ("\0" + abstract, folder + "/socket"):
    server = socket.socket(socket.AF_UNIX)
    server.bind(address)
    server.listen()
    unix.append(server)
print(tcp.getsockname()[1], udp.getsockname()[1], flush=True)
while True:
    ready, _, _ = select.select([tcp, udp, *unix, sys.stdin], [], [])
    if sys.stdin in ready:
        break
    for one in ready:
        if one is udp:
            note("udp " + repr(udp.recv(100)))
            continue
        client, _ = one.accept()
        note("connected " + repr(one.getsockname()))
        if one is not tcp:
            socket.send_fds(client, [b"x"], [target])
        client.close()
