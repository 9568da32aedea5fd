#ifndef VERDICT_THREAD_STACK_H
#define VERDICT_THREAD_STACK_H

#include <stdint.h>

/* The lowest address of the current thread's stack; 0 where the system does not tell. */
uintptr_t verdict_stack_bottom(void);

#endif
