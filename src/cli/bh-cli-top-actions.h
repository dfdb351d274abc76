/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-cli-top-item.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * BhCliTopAction:
 * @BH_CLI_TOP_KILL: kill every process of the app
 * @BH_CLI_TOP_STOP: ask it to close
 * @BH_CLI_TOP_RESTART: stop it and start it again
 * @BH_CLI_TOP_RAISE: raise its window
 * @BH_CLI_TOP_SUSPEND: freeze it
 * @BH_CLI_TOP_RESUME: let it go on
 * @BH_CLI_TOP_SUSPEND_ALL: freeze all
 * @BH_CLI_TOP_RESUME_ALL: let all go on
 *
 * What can be done to apps.
 */
typedef enum {
  BH_CLI_TOP_KILL,
  BH_CLI_TOP_STOP,
  BH_CLI_TOP_RESTART,
  BH_CLI_TOP_RAISE,
  BH_CLI_TOP_SUSPEND,
  BH_CLI_TOP_RESUME,
  BH_CLI_TOP_SUSPEND_ALL,
  BH_CLI_TOP_RESUME_ALL,
} BhCliTopAction;

/**
 * BhCliTopTell:
 * @text: what was done, or why it could not be
 * @failed: whether it could not be
 * @user_data: what was given with it
 *
 * Is called when an action begins and when it is done.
 */
typedef void (*BhCliTopTell) (const char *text, gboolean failed, gpointer user_data);

void  bh_cli_top_action_start        (BhCliTopAction      action,
                                      GDBusConnection    *bus,
                                      const BhCliTopItem *app,
                                      GCancellable       *cancellable,
                                      BhCliTopTell        tell,
                                      gpointer            user_data);
char *bh_cli_top_action_dup_question (BhCliTopAction action, const BhCliTopItem *app);

G_END_DECLS
