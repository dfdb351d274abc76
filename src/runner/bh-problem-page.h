/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-clock.h"
#include "bh-problem.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define BH_TYPE_PROBLEM_PAGE (bh_problem_page_get_type ())

G_DECLARE_FINAL_TYPE (BhProblemPage, bh_problem_page, BH, PROBLEM_PAGE, GtkBin)

GtkWidget *bh_problem_page_new         (BhClock *clock);
void       bh_problem_page_show        (BhProblemPage *self, BhProblem *problem);
void       bh_problem_page_count_down  (BhProblemPage *self, guint delay);
void       bh_problem_page_stop        (BhProblemPage *self);
BhProblem *bh_problem_page_get_problem (BhProblemPage *self);

G_END_DECLS
