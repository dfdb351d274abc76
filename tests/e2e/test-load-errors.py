#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A page that can't be loaded: the window says why in plain words, and Reload tries again."""
import pathlib
import socket
import ssl
import subprocess
import tempfile

import e2e
import widgets

APP = 'remote'
PAGES = {'index.html': '<!doctype html><title>welcome</title><p>Welcome'}


def launch(url):
    """Launches an app of this page and returns the runner’s PID."""
    e2e.write_app(APP, url=url)
    e2e.launch(APP)
    return e2e.get_property(APP, 'Pid')


def wait_for_words(runner, *texts):
    for text in texts:
        widgets.wait_for_text(runner, text)


def pick_port():
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def refused():
    """A server that is off: the words, and Reload once it is on"""
    port = pick_port()
    runner = launch(f'http://127.0.0.1:{port}/')
    wait_for_words(runner, '“127.0.0.1” doesn’t answer', 'try again later')
    e2e.check_equal(e2e.get_property(APP, 'State'), 'running', 'the state')

    # Still off.
    widgets.press(runner, 'Reload')
    wait_for_words(runner, '“127.0.0.1” doesn’t answer')
    server = e2e.Server(PAGES, port)
    widgets.press(runner, 'Reload')
    e2e.wait_for('the page', lambda: e2e.get_title(APP) == 'welcome')
    widgets.wait_for_no_text(runner, 'doesn’t answer')

    # Off again: what is shown stays until it is loaded anew.
    server.stop()
    e2e.ctl('launch', APP, '--uri', f'http://127.0.0.1:{port}/')
    wait_for_words(runner, '“127.0.0.1” doesn’t answer')


def not_found():
    """A name that does not exist: the words"""
    runner = launch('http://no-such-host.invalid/')
    wait_for_words(runner, '“no-such-host.invalid” can’t be found', 'connected to the network')


def make_context(folder):
    """A TLS server's side with a certificate that nobody vouches for."""
    certificate = pathlib.Path(folder, 'certificate.pem')
    key = pathlib.Path(folder, 'key.pem')
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2',
                    '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1',
                    '-keyout', key, '-out', certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def untrusted():
    """A certificate that nobody vouches for: the words, and the page is not even asked for"""
    with tempfile.TemporaryDirectory() as folder:
        server = e2e.Server(PAGES, context=make_context(folder))
    runner = launch(server.url)
    wait_for_words(runner, 'The connection to “127.0.0.1” is not safe', 'vouches for')
    widgets.press(runner, 'Reload')
    wait_for_words(runner, 'is not safe')
    e2e.check_equal(server.asked, [], 'what the server was asked for')


def missing():
    """A page that the app’s own files do not have: the words"""
    runner = launch('app:///no-such-page.html')
    wait_for_words(runner, 'The app has no file “no-such-page.html”')


if __name__ == '__main__':
    e2e.run(refused, not_found, untrusted, missing)
