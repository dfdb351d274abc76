/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

int bulkhead_filter_open (void);
