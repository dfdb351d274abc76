/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-state.h"

G_BEGIN_DECLS

/**
 * BhEnd:
 * @before_ready: whether the runner ended before it answered
 * @requested: why it was asked to end, or %BH_REASON_NONE
 * @failure: (nullable): what it said itself went wrong
 * @known: whether @wait_status is known
 * @wait_status: as waitpid() gives it
 *
 * What is known of the end of a runner.
 */
typedef struct
{
  gboolean before_ready;
  BhReason requested;
  const char *failure;
  gboolean known;
  int wait_status;
} BhEnd;

BhReason bh_end_reason_decide           (const BhEnd *end, char **detail);
char    *bh_end_reason_describe_page    (int wait_status);
char    *bh_end_reason_describe_network (int wait_status);

G_END_DECLS
