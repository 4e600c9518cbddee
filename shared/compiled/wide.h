/* The same function for several generations of processors, chosen when it is loaded. */

#ifndef WIDE_H
#define WIDE_H

#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__clang__)
#define WIDE __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define WIDE
#endif

#endif
