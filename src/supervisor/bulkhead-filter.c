/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "bulkhead-filter.h"

#include <asm/unistd.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * System calls that no app needs and that no namespace keeps apart: the kernel's keyrings, where
 * Kerberos tickets and the passwords of network disks lie, belong to the user and the session, and
 * are inherited; and a terminal that was inherited takes what is pushed into it for typed. The
 * others are large parts of the kernel that apps have no business with.
 *
 * It is a program for seccomp(2), which bubblewrap is given. WebKit adds one of its own for its web
 * processes. Calls of another architecture than ours have other numbers: there are none of them.
 */

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
/* The same architecture, with numbers from here on (x32). */
#define FOREIGN_CALLS 0x40000000
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#endif

#ifdef ARCHITECTURE

/* The low half of an argument. All of the above are little-endian. */
#define ARGUMENT(n) (offsetof (struct seccomp_data, args) + (n) * sizeof (uint64_t))

#define LOAD(offset)  BPF_STMT (BPF_LD | BPF_W | BPF_ABS, (offset))
#define FAIL(code)    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (code))
#define ALLOW         BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define UNLESS(value) BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, (value), 0, 1)
#define REFUSE(value) UNLESS (value), FAIL (EPERM)

static const struct sock_filter program[] = {
  LOAD (offsetof (struct seccomp_data, arch)),
  BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
  FAIL (ENOSYS),
  LOAD (offsetof (struct seccomp_data, nr)),
#ifdef FOREIGN_CALLS
  BPF_JUMP (BPF_JMP | BPF_JGE | BPF_K, FOREIGN_CALLS, 0, 1),
  FAIL (ENOSYS),
#endif
  REFUSE (__NR_add_key),
  REFUSE (__NR_request_key),
  REFUSE (__NR_keyctl),
  REFUSE (__NR_bpf),
  REFUSE (__NR_perf_event_open),
  REFUSE (__NR_userfaultfd),
  BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, __NR_ioctl, 1, 0),
  ALLOW,
  LOAD (ARGUMENT (1)),
  REFUSE (TIOCSTI),
  REFUSE (TIOCLINUX),
  ALLOW,
};

#else

/* Nobody has looked up this architecture's numbers. */
static const struct sock_filter program[] = { BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };

#endif

/**
 * bulkhead_filter_open:
 *
 * Returns: a descriptor from which bubblewrap can read the filter, -1 with errno set
 */
int
bulkhead_filter_open (void)
{
  int fd = memfd_create ("bulkhead-filter", 0);

  if (fd >= 0
      && (write (fd, program, sizeof program) != (ssize_t) sizeof program
          || lseek (fd, 0, SEEK_SET) != 0))
    {
      close (fd);
      fd = -1;
    }

  return fd;
}
