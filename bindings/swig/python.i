// Python: buffers by the buffer protocol, packed results as tuples, a Failure as the exception that the layer makes.

// ---- bytes ----
// SWIG's own pybuffer.i releases the view before the call, when another thread may resize the bytearray under the
// library. These hold it to the end.

%typemap(in) (const void* IN, size_t IN_SIZE) (Py_buffer view) {
  view.obj = NULL;
  if (PyObject_GetBuffer($input, &view, PyBUF_SIMPLE) != 0) SWIG_fail;
  $1 = view.buf;
  $2 = (size_t)view.len;
}
%typemap(freearg) (const void* IN, size_t IN_SIZE) {
  if (view$argnum.obj) PyBuffer_Release(&view$argnum);
}
%typemap(in) (void* OUT, size_t OUT_SIZE) (Py_buffer view) {
  view.obj = NULL;
  if (PyObject_GetBuffer($input, &view, PyBUF_WRITABLE) != 0) SWIG_fail;
  $1 = view.buf;
  $2 = (size_t)view.len;
}
%typemap(freearg) (void* OUT, size_t OUT_SIZE) {
  if (view$argnum.obj) PyBuffer_Release(&view$argnum);
}

// New bytes, filled in place. The argument is how many there may be; the result has them in place of the count.
%typemap(in, numinputs=1) (void* NEW, size_t NEW_SIZE) (PyObject* bytes = NULL) {
  const Py_ssize_t size = PyLong_AsSsize_t($input);
  if (size < 0) {
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "negative size");
    SWIG_fail;
  }
  bytes = PyBytes_FromStringAndSize(NULL, size);
  if (!bytes) SWIG_fail;
  $1 = PyBytes_AsString(bytes);
  $2 = (size_t)size;
}
%typemap(argout) (void* NEW, size_t NEW_SIZE) {
  // The count is the second element of the tuple, which nobody else has seen yet.
  if (!$result || !tlsock_put_bytes($result, &bytes$argnum)) SWIG_fail;
}
%typemap(freearg) (void* NEW, size_t NEW_SIZE) "Py_XDECREF(bytes$argnum);"

// ---- text ----
// SWIG's own typemap cuts a str at the first NUL: "good.example\0.evil" would connect to good.example.

%typemap(in) const char* {
  if ($input == Py_None) {
    $1 = NULL;
  } else {
    Py_ssize_t size = 0;
    const char* text = PyUnicode_AsUTF8AndSize($input, &size);
    if (!text) SWIG_fail;
    if ((size_t)size != strlen(text)) {
      PyErr_SetString(PyExc_ValueError, "embedded null character");
      SWIG_fail;
    }
    $1 = (char*)text;
  }
}
%typemap(freearg) const char* ""
%typemap(typecheck) const char* "$1 = PyUnicode_Check($input) || $input == Py_None;"

// ---- packed results ----

%typemap(out) tlsock_swig::Opened "$result = tlsock_tuple($1 >> 56, $1 & 0xffffffffffffff);"
%typemap(out) tlsock_swig::Counted "$result = tlsock_tuple($1 >> 56, $1 & 0xffffffffffffff);"
%typemap(out) tlsock_swig::Received "$result = tlsock_tuple($1 >> 56, $1 & 0xffffffffffff, $1 >> 48 & 0xff);"
%typemap(out) tlsock_swig::Stepped "$result = tlsock_tuple($1 >> 56, $1 & 0xfffffff, $1 >> 28 & 0xfffffff);"

%{
static PyObject* tlsock_tuple(long long first, long long second, long long third = -1) {
  const long long numbers[] = {first, second, third};
  const Py_ssize_t size = third < 0 ? 2 : 3;
  PyObject* tuple = PyTuple_New(size);
  for (Py_ssize_t i = 0; tuple && i < size; ++i) {
    PyObject* number = PyLong_FromLongLong(numbers[i]);
    // A failed SetItem cannot be: the tuple is new, and the index good.
    if (number) {
      PyTuple_SetItem(tuple, i, number);
    } else {
      Py_DECREF(tuple);
      tuple = NULL;
    }
  }
  return tuple;
}

// Puts `bytes`, cut to the count that stands in `tuple`, in the count's place. Takes `*bytes` over.
static bool tlsock_put_bytes(PyObject* tuple, PyObject** bytes) {
  const Py_ssize_t count = PyLong_AsSsize_t(PyTuple_GetItem(tuple, 1));
  PyObject* result = *bytes;
  if (count != PyBytes_Size(*bytes)) {
    // _PyBytes_Resize is no part of the limited API.
    result = PyBytes_FromStringAndSize(PyBytes_AsString(*bytes), count);
    Py_DECREF(*bytes);
  }
  *bytes = NULL;
  return result && PyTuple_SetItem(tuple, 1, result) == 0;
}
%}

// ---- errors ----

%{
// What makes an exception of (status, JSON text); the layer sets it once.
static PyObject* tlsock_make_error = NULL;

static void tlsock_raise(int status, const char* json) {
  PyObject* error = tlsock_make_error ? PyObject_CallFunction(tlsock_make_error, "is", status, json) : NULL;
  if (error) {
    PyErr_SetObject((PyObject*)Py_TYPE(error), error);
    Py_DECREF(error);
  } else if (!PyErr_Occurred()) {
    PyErr_SetString(PyExc_RuntimeError, json);
  }
}
%}

// ---- the GIL ----
// Given up around each call. SWIG's -threads would do it by an object whose destructor takes the GIL back; but while
// the interpreter ends, taking it ends the thread, by unwinding, and a destructor that is left so ends the process.

%exception {
  PyThreadState* gil = PyEval_SaveThread();
  try {
    $action
    PyEval_RestoreThread(gil);
  } catch (const tlsock_swig::Failure& failure) {
    PyEval_RestoreThread(gil);
    tlsock_raise(failure.status, failure.what());
    SWIG_fail;
  } catch (const std::exception& failure) {
    PyEval_RestoreThread(gil);
    PyErr_SetString(PyExc_RuntimeError, failure.what());
    SWIG_fail;
  }
}

// ---- Python's own ----

%noexception set_error_factory;
%inline %{
void set_error_factory(PyObject* factory) {
  Py_INCREF(factory);
  Py_XDECREF(tlsock_make_error);
  tlsock_make_error = factory;
}
%}

%{
// The log's function runs in the call that has something to tell, on its thread, which has no GIL then.
static void tlsock_log(void* context, const char* json) {
  const PyGILState_STATE state = PyGILState_Ensure();
  PyObject* result = PyObject_CallFunction((PyObject*)context, "s", json);
  if (!result) PyErr_WriteUnraisable((PyObject*)context);
  Py_XDECREF(result);
  PyGILState_Release(state);
}
static void tlsock_log_end(void* context) {
  const PyGILState_STATE state = PyGILState_Ensure();
  Py_DECREF((PyObject*)context);
  PyGILState_Release(state);
}
%}
// None takes the function away. The reference is taken while there is the GIL.
%typemap(check) PyObject* LOG "if ($1 != Py_None) Py_INCREF($1);"
%inline %{
void set_log(PyObject* LOG) {
  tlsock_swig::check(LOG == Py_None ? tls_set_log(NULL, NULL, NULL) : tls_set_log(tlsock_log, LOG, tlsock_log_end));
}
tlsock_swig::Received recv_new(unsigned long long socket, void* NEW, size_t NEW_SIZE, size_t length, int timeout_ms) {
  return tlsock_swig::recv(socket, NEW, NEW_SIZE, length, timeout_ms);
}
tlsock_swig::Counted memory_get_new(unsigned long long socket, void* NEW, size_t NEW_SIZE) {
  return tlsock_swig::memory_get(socket, NEW, NEW_SIZE);
}
%}
