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

  /* How far the page is scrolled; while it moves a few times in a second. */
  let told = 'scroll 0 0';
  let timer = 0;
  let restoring = false;
  const sayScroll = () => {
    const text = `scroll ${Math.round (scrollX)} ${Math.round (scrollY)}`;
    timer = 0;
    if (text !== told && !restoring)
      {
        told = text;
        say (text);
      }
  };
  addEventListener ('scroll', event => {
    if (event.target === document && timer === 0)
      timer = setTimeout (sayScroll, 250);
  }, { capture: true, passive: true });
  document.addEventListener ('visibilitychange', () => {
    if (document.hidden)
      sayScroll ();
  });

  /* The engine scrolls a page that it restores when the page is loaded. What has yet to grow is
     followed for some seconds, until the page is as long as it was, or somebody else scrolls it. */
  let touched = false;
  for (const type of ['wheel', 'touchstart', 'pointerdown', 'keydown'])
    addEventListener (type, event => { touched = touched || event.isTrusted; },
                      { capture: true, passive: true });

  globalThis.bulkheadRestoreScroll = (left, top) => {
    const near = (a, b) => Math.abs (a - b) <= 1;
    const isThere = () => near (scrollX, left) && near (scrollY, top);
    const isAtEnd = () => scrollY >= document.documentElement.scrollHeight - innerHeight - 1;
    const stop = () => {
      observer.disconnect ();
      restoring = false;
      sayScroll ();
    };
    let last = null;
    const follow = () => {
      if (!restoring)
        return;
      const moved = last && !(near (scrollX, last.left) && near (scrollY, last.top));
      if (!touched && !moved && !isThere ())
        scrollTo ({ left, top, behavior: 'instant' });
      last = { left: scrollX, top: scrollY };
      if (touched || moved || isThere ())
        stop ();
    };
    const observer = new ResizeObserver (follow);

    told = '';
    if (isThere () || touched || history.scrollRestoration === 'manual'
        || !(near (scrollY, 0) || isAtEnd ()))
      {
        sayScroll ();
        return;
      }
    restoring = true;
    follow ();
    observer.observe (document.documentElement);
    if (document.body)
      observer.observe (document.body);
    setTimeout (stop, 10000);
  };
}) ();
