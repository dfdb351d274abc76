// SPDX-License-Identifier: GPL-3.0-or-later

// One of many: stays, and either waits or works without a pause.

onmessage = ({ data }) => {
  postMessage('started');
  if (data !== 'busy')
    return;

  let value = 1;
  for (;;)
    value = Math.imul(value, 1664525) + 1013904223 | 0;
};
