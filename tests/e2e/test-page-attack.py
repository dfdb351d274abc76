#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A page sees the web platform and nothing else: no files, no other app's files, no way into the
runner, and with "network": false no network. What is tried is in the page; what came of it is its
title.
"""
import pathlib

import e2e

APP = 'page'
OTHER = 'other'
SECRET = 'SECRET'

PAGE = """<!doctype html><meta charset="utf-8"><title>start</title><body><script>
const file = 'file://@FILE@';
const other = 'app://other/data.txt';
const server = '@SERVER@';

const within = (promise, what) => Promise.race ([promise,
  new Promise (resolve => setTimeout (() => resolve (what), 3000))]);

const byFetch = async (url, mode) => {
  const answer = await fetch (url, { mode });
  if (mode === 'no-cors')
    return answer.type;
  if (!answer.ok)
    throw new Error (answer.status);
  return answer.text ();
};
const byRequest = url => new Promise ((resolve, reject) => {
  const request = new XMLHttpRequest ();
  request.open ('GET', url);
  request.onload = () => request.status < 400 && request.responseText ? resolve (request.responseText)
                                                : reject (new Error (request.status));
  request.onerror = reject;
  request.send ();
});
const byElement = (name, attribute, url) => within (new Promise ((resolve, reject) => {
  const element = document.createElement (name);
  element.onload = () => resolve ('loaded');
  element.onerror = reject;
  element[attribute] = url;
  if (name === 'link')
    element.rel = 'stylesheet';
  document.body.append (element);
}), 'nothing came');
const byFrame = url => within (new Promise ((resolve, reject) => {
  const frame = document.createElement ('iframe');
  frame.onload = () => {
    try {
      const text = frame.contentDocument.body.textContent;
      text.includes ('SECRET') ? resolve (text) : reject (new Error (text));
    } catch (error) {
      reject (error);
    }
  };
  frame.src = url;
  document.body.append (frame);
}), 'nothing came');
const byWorker = url => within (new Promise ((resolve, reject) => {
  const worker = new Worker (URL.createObjectURL (new Blob ([
    `fetch (${JSON.stringify (url)}).then (a => a.ok ? a.text () : '').then (t => postMessage (t),
                                                                 () => postMessage (''))`])));
  worker.onmessage = event => event.data ? resolve (event.data) : reject (new Error ('nothing'));
  worker.onerror = reject;
}), 'nothing came');
const byWindow = async url => {
  const opened = window.open (url);
  if (!opened)
    throw new Error ('no window');
  await new Promise (resolve => setTimeout (resolve, 500));
  return opened.document.body.textContent.includes ('SECRET') ? 'SECRET' : Promise.reject ();
};
const refuse = value => value ? value : Promise.reject (new Error ('not there'));

const attempts = {
  'own-file': () => byFetch ('data.txt'),
  'file-fetch': () => byFetch (file),
  'file-no-cors': () => byFetch (file, 'no-cors'),
  'file-request': () => byRequest (file),
  'file-script': () => byElement ('script', 'src', file),
  'file-image': () => byElement ('img', 'src', file),
  'file-style': () => byElement ('link', 'href', file),
  'file-object': () => byElement ('object', 'data', file).then (what =>
                        what === 'nothing came' ? Promise.reject () : what),
  'file-frame': () => byFrame (file),
  'file-worker': () => byWorker (file),
  'file-import': () => import (file),
  'file-window': () => byWindow (file),
  'other-fetch': () => byFetch (other),
  'other-script': () => byElement ('script', 'src', 'app://other/script.js'),
  'other-request': () => byRequest (other),
  'other-frame': () => byFrame (other),
  'other-worker': () => byWorker (other),
  'other-import': () => import ('app://other/module.js'),
  'traversal': () => byFetch ('app://page/..%2fother/data.txt'),
  'traversal-dots': () => byFetch ('app://page/%2e%2e/%2e%2e/other/data.txt'),
  'traversal-backslash': () => byFetch ('..\\\\other\\\\data.txt'),
  'bridge': async () => refuse (window.webkit && window.webkit.messageHandlers
                                && window.webkit.messageHandlers.bulkhead),
  'our-scripts': async () => refuse (Object.getOwnPropertyNames (window).find (name =>
                                     /bulkhead|sayPainted|sayScroll/i.test (name))),
  'network-fetch': () => byFetch (server, 'no-cors'),
  'network-image': () => byElement ('img', 'src', server),
  'network-socket': () => within (new Promise ((resolve, reject) => {
    const socket = new WebSocket (server.replace ('http', 'ws'));
    socket.onopen = () => resolve ('open');
    socket.onerror = reject;
  }), 'nothing came').then (what => what === 'open' ? what : Promise.reject ()),
  'network-peer': async () => {
    const peer = new RTCPeerConnection ();
    const found = [];
    peer.createDataChannel ('x');
    peer.onicecandidate = event => event.candidate && found.push (event.candidate.candidate);
    await peer.setLocalDescription (await peer.createOffer ());
    await new Promise (resolve => setTimeout (resolve, 500));
    return refuse (found.join ());
  },
  'leave': async () => {
    location.href = file;
    await new Promise (resolve => setTimeout (resolve, 500));
    throw new Error ('still here');
  },
};

(async () => {
  const reached = [];
  for (const [name, attempt] of Object.entries (attempts))
    try {
      await within (attempt (), 'nothing came').then (what => what !== 'nothing came'
                                                             && reached.push (name));
    } catch (error) {
    }
  document.title = `done ${Object.keys (attempts).length} ${reached.join (' ')}`;
}) ();
</script>"""
ATTEMPTS = 28
# What an app that may use the network reaches, and one that may not.
WITH_NETWORK = {'own-file', 'network-fetch'}
WITHOUT_NETWORK = {'own-file'}
# WebRTC is not in every WebKit.
MAY = {'network-peer'}


def attempt(**bulkhead):
    """What the page of an app has reached."""
    server = e2e.Server({'index.html': 'served'})
    other = e2e.write_app(OTHER, 'other', files={'data.txt': SECRET,
                                                 'module.js': f'export default "{SECRET}"',
                                                 'script.js': f'window.secret = "{SECRET}"'})
    secret = pathlib.Path(other).parent / 'secret.txt'
    secret.write_text(SECRET, encoding='utf-8')
    e2e.write_app(APP, PAGE.replace('@FILE@', str(secret)).replace('@SERVER@', server.url),
                  files={'data.txt': 'own'}, bulkhead=bulkhead or None)
    try:
        e2e.launch(APP)
        words = e2e.wait_for('what the page has reached', lambda: (
            title := e2e.get_title(APP)).startswith('done') and title.split())
    finally:
        server.stop()
        secret.unlink()
        e2e.ctl('kill', APP)
    e2e.check_equal(int(words[1]), ATTEMPTS, 'how many attempts there were')
    return set(words[2:])


def with_network():
    """A page reaches its own files and the network, no other file and nothing of the runner"""
    e2e.check_equal(attempt() - MAY, WITH_NETWORK, 'what it has reached')


def without_network():
    """With "network": false it reaches its own files alone"""
    e2e.check_equal(attempt(network=False), WITHOUT_NETWORK, 'what it has reached')


if __name__ == '__main__':
    e2e.run(with_network, without_network)
