/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs in every frame, in a script world of its own: the page can neither see nor change it. What is
   said here is bounded and checked by bh-view.c, for a web process may be in the hands of its page. */
(() => {
  const say = text => webkit.messageHandlers.bulkhead.postMessage (text);

  if (window !== window.top)
    {
      /* The engine does not say which frame a link would change. */
      addEventListener ('click', event => {
        const link = event.composedPath ().find (node => node instanceof Element
                                                         && node.closest ('a[href]'));
        if (link)
          say ('frame-link ' + link.closest ('a[href]').href);
      }, true);
      return;
    }

  let painted = false;
  const sayPainted = () => {
    if (!painted)
      say ('painted');
    painted = true;
  };

  try
    {
      new PerformanceObserver (list => {
        if (list.getEntries ().some (entry => entry.name === 'first-contentful-paint'))
          sayPainted ();
      }).observe ({ type: 'paint', buffered: true });
    }
  catch (error)
    {
      /* Without paint timing the second frame after the load has to do. */
    }
  /* An empty page has no contentful paint, but it is painted. */
  addEventListener ('load', () => requestAnimationFrame (() => requestAnimationFrame (sayPainted)));
}) ();
