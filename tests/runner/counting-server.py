#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server of HTTP, HTTPS and WebSockets that counts what passes through its clients' sockets.

usage: counting-server.py DIRECTORY

Says "PORT TLS-PORT", and after each line that it reads "FROM-CLIENTS TO-CLIENTS CONNECTIONS". A relay
in front of each server counts, so that headers and encryption are in it. The certificate is made in
DIRECTORY; without openssl TLS-PORT is 0.
"""
import asyncio
import base64
import hashlib
import pathlib
import ssl
import subprocess
import sys

GUID = b'258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
PAGE = b'<!DOCTYPE html><title>page</title><p>page'
LARGE = 8 * 1024 * 1024

counts = {'from': 0, 'to': 0, 'connections': 0}


async def pump(reader, writer, name):
    try:
        while data := await reader.read(65536):
            if name == 'from':
                counts[name] += len(data)
            writer.write(data)
            await writer.drain()
            if name == 'to':
                counts[name] += len(data)
    except ConnectionError:
        pass
    finally:
        writer.close()


def relay_to(port):
    async def serve(reader, writer):
        counts['connections'] += 1
        inner_reader, inner_writer = await asyncio.open_connection('127.0.0.1', port)
        await asyncio.gather(pump(reader, inner_writer, 'from'), pump(inner_reader, writer, 'to'))
    return serve


async def read_request(reader):
    head = await reader.readuntil(b'\r\n\r\n')
    lines = head.decode().split('\r\n')
    headers = {key.lower(): value.strip() for key, _, value in
               (line.partition(':') for line in lines[1:])}
    body = await reader.readexactly(int(headers.get('content-length', '0')))
    return lines[0].split(' ')[1], headers, body


async def echo_frames(reader, writer):
    """Each frame back as it came, unmasked, until the closing one."""
    while True:
        first, second = await reader.readexactly(2)
        length = second & 0x7f
        if length == 126:
            length = int.from_bytes(await reader.readexactly(2), 'big')
        elif length == 127:
            length = int.from_bytes(await reader.readexactly(8), 'big')
        mask = await reader.readexactly(4)
        data = bytes(byte ^ mask[i % 4] for i, byte in enumerate(await reader.readexactly(length)))
        head = bytes([first, length]) if length < 126 else (
            bytes([first, 126]) + length.to_bytes(2, 'big'))
        writer.write(head + data)
        await writer.drain()
        if first & 0xf == 8:
            return


async def answer(path, headers, body, reader, writer):
    """Whether the connection goes on."""
    if headers.get('upgrade', '').lower() == 'websocket':
        key = base64.b64encode(hashlib.sha1(headers['sec-websocket-key'].encode() + GUID).digest())
        writer.write(b'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n'
                     b'Connection: Upgrade\r\nSec-WebSocket-Accept: ' + key + b'\r\n\r\n')
        await echo_frames(reader, writer)
        return False
    content, kind, extra = PAGE, b'text/html', b'Cache-Control: no-store\r\n'
    if path == '/large':
        content = b'x' * LARGE
    elif path == '/cached':
        content, extra = b'c' * 100000, b'Cache-Control: max-age=3600\r\n'
    elif path == '/echo':
        content = body
    elif path == '/image':
        kind, content = b'image/svg+xml', b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    closing = path == '/close'
    if closing:
        extra += b'Connection: close\r\n'
    head = (b'HTTP/1.1 200 OK\r\nContent-Type: ' + kind + b'\r\n' + extra
            + b'Content-Length: %d\r\n\r\n' % len(content))
    writer.write(head + content)
    await writer.drain()
    return not closing


async def serve_http(reader, writer):
    try:
        while await answer(*await read_request(reader), reader, writer):
            pass
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


def make_certificate(directory):
    path = pathlib.Path(directory, 'certificate.pem')
    try:
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2',
                        '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1',
                        '-keyout', path, '-out', path.with_suffix('.crt')],
                       check=True, stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path.with_suffix('.crt'), path)
    return context


async def start(context):
    inner = await asyncio.start_server(serve_http, '127.0.0.1', 0, ssl=context)
    outer = await asyncio.start_server(relay_to(inner.sockets[0].getsockname()[1]), '127.0.0.1', 0)
    return outer.sockets[0].getsockname()[1], (inner, outer)


async def main():
    context = make_certificate(sys.argv[1])
    port, _servers = await start(None)
    tls_port, _tls_servers = await start(context) if context else (0, None)
    print(port, tls_port, flush=True)
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(counts['from'], counts['to'], counts['connections'], flush=True)


if __name__ == '__main__':
    asyncio.run(main())
