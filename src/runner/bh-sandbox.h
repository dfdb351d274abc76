/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define BH_TYPE_SANDBOX_PROBE (bh_sandbox_probe_get_type ())

G_DECLARE_FINAL_TYPE (BhSandboxProbe, bh_sandbox_probe, BH, SANDBOX_PROBE, GObject)

BhSandboxProbe *bh_sandbox_probe_new    (void);
gboolean        bh_sandbox_probe_finish (BhSandboxProbe *self, GError **error);

G_END_DECLS
