/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

int warden_run (int (*function) (int argc, char **argv), int argc, char **argv);
