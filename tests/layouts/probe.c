/* Compiled, never run: its debug information describes CPython's structures, public and internal. */

#include <Python.h>
#include <structmember.h>
#include <frameobject.h>

/* The headers moved and were split from version to version; each is taken where it exists. */
#if __has_include(<longintrepr.h>)
#include <longintrepr.h>
#endif
#if __has_include("internal/pycore_gc.h")
#include "internal/pycore_gc.h"
#endif
#if __has_include("internal/pycore_moduleobject.h")
#include "internal/pycore_moduleobject.h"
#endif
#if __has_include("internal/pycore_dict.h")
#include "internal/pycore_dict.h"
#endif
#if __has_include("internal/pycore_frame.h")
#include "internal/pycore_frame.h"
#endif
#if __has_include("internal/pycore_interpframe.h")
#include "internal/pycore_interpframe.h"
#endif
#if __has_include("internal/pycore_genobject.h")
#include "internal/pycore_genobject.h"
#endif
#if __has_include("internal/pycore_object.h")
#include "internal/pycore_object.h"
#endif
#if __has_include("internal/pycore_stackref.h")
#include "internal/pycore_stackref.h"
#endif
#if __has_include("internal/pycore_obmalloc.h")
#include "internal/pycore_obmalloc.h"
#endif
#if __has_include("internal/pycore_pystate.h")
#include "internal/pycore_pystate.h"
#endif
#if __has_include("internal/pycore_interp.h")
#include "internal/pycore_interp.h"
#endif
#if __has_include("internal/pycore_runtime.h")
#include "internal/pycore_runtime.h"
#endif

#if defined(Py_GIL_DISABLED) || defined(Py_DEBUG) || defined(Py_TRACE_REFS)
#error "the tables are for the usual build: with the GIL and without debugging"
#endif

/* Macros leave no trace in debug information, constants do. */
#ifdef Py_TAG_BITS
const unsigned long constant_Py_TAG_BITS = Py_TAG_BITS;
#endif
#ifdef MANAGED_DICT_OFFSET
const long constant_MANAGED_DICT_OFFSET = MANAGED_DICT_OFFSET;
#endif
#ifdef MANAGED_WEAKREF_OFFSET
const long constant_MANAGED_WEAKREF_OFFSET = MANAGED_WEAKREF_OFFSET;
#endif
#ifdef POOL_SIZE
const unsigned long constant_POOL_SIZE = POOL_SIZE;
const unsigned long constant_ARENA_SIZE = ARENA_SIZE;
const unsigned long constant_POOL_OVERHEAD = POOL_OVERHEAD;
const unsigned long constant_ALIGNMENT = ALIGNMENT;
const unsigned long constant_SMALL_REQUEST_THRESHOLD = SMALL_REQUEST_THRESHOLD;
#endif
