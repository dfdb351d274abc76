// SPDX-License-Identifier: GPL-3.0-or-later

// What the sample apps share on the screen: the toast with its one action, and the reading of
// keyboard shortcuts.

const TOAST_SECONDS = 8;

let current = null;

// Shows a message at the foot of the window, and puts the last one away. The time stands still while
// the pointer or the focus is on it, so that the action can be reached.
export function toast(message, { action = null, onAction = null } = {}) {
  current?.dismiss();

  const region = document.getElementById('toasts');
  const box = document.createElement('div');
  const text = document.createElement('span');
  let timer = 0;

  const dismiss = () => {
    clearTimeout(timer);
    box.remove();
    if (current?.dismiss === dismiss)
      current = null;
  };
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(dismiss, TOAST_SECONDS * 1000);
  };
  const hold = () => clearTimeout(timer);
  const act = () => {
    dismiss();
    onAction?.();
  };

  box.className = 'toast';
  text.textContent = message;
  box.append(text);
  if (action !== null) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = action;
    button.addEventListener('click', act);
    box.append(button);
  }
  box.addEventListener('pointerenter', hold);
  box.addEventListener('pointerleave', wait);
  box.addEventListener('focusin', hold);
  box.addEventListener('focusout', wait);

  region.append(box);
  current = { dismiss, act: action === null ? null : act };
  wait();
}

// Does what the visible toast offers; false when none is there.
export function actOnToast() {
  if (!current?.act)
    return false;
  current.act();
  return true;
}

// The shortcut of a key event in one spelling: "Ctrl+Shift+Z", "Escape", "p".
export function shortcut(event) {
  const key = event.key.length === 1 && (event.ctrlKey || event.metaKey)
    ? event.key.toUpperCase() : event.key;

  return (event.ctrlKey || event.metaKey ? 'Ctrl+' : '')
    + (event.altKey ? 'Alt+' : '')
    + (event.shiftKey && (event.ctrlKey || event.metaKey || event.key.length > 1) ? 'Shift+' : '')
    + key;
}
