// The one SWIG interface: what is wrapped, for every language; how values pass stands in python.i, java.i and go.i.
//
// A language's file has to say
//   - how (const void* IN, size_t IN_SIZE) and (void* OUT, size_t OUT_SIZE) are its byte buffers, with no copy;
//   - how Opened, Counted, Received and Stepped are unpacked (tlsock_shim.hpp);
//   - what becomes of a Failure;
//   - tls_set_log, whose callback is different in each.
%module tlsswig

%{
#include "tlsock_shim.hpp"
%}

// Every string that comes out is the caller's: copied, then given back to tls_free, which wipes it.
%typemap(newfree) char* "tls_free($1);"
%newobject tlsock_swig::connection_info;
%newobject tlsock_swig::explain;
%newobject tlsock_swig::getopts;
%newobject tlsock_swig::getstat;
%newobject tlsock_swig::peername;
%newobject tlsock_swig::sockname;
%newobject tlsock_swig::peercert;
%newobject tlsock_swig::export_key_materials;
%newobject tlsock_swig::validate_options;
%newobject tlsock_swig::wait_info;
%newobject tlsock_swig::versions;
%newobject tlsock_swig::cipher_suites;
%newobject tlsock_swig::filter_cipher_suites;
%newobject tlsock_swig::prepend_cipher_suites;
%newobject tlsock_swig::append_cipher_suites;
%newobject tlsock_swig::suite_to_str;
%newobject tlsock_swig::suite_to_openssl_str;
%newobject tlsock_swig::str_to_suite;
%newobject tlsock_swig::groups;
%newobject tlsock_swig::eccs;
%newobject tlsock_swig::signature_algs;

// What the shim has for itself.
%ignore tlsock_swig::Failure;
%ignore tlsock_swig::check;
%ignore tlsock_swig::pack;
%ignore tlsock_swig::pack_two;
%ignore tlsock_swig::most;

#if defined(SWIGPYTHON)
%include "python.i"
#elif defined(SWIGJAVA)
%include "java.i"
#elif defined(SWIGGO)
%include "go.i"
#endif

%constant int OK = TLS_OK;
%constant int WANT_READ = TLS_WANT_READ;
%constant int WANT_WRITE = TLS_WANT_WRITE;
%constant int WAIT = TLS_WAIT;
%constant int CLOSED = TLS_CLOSED;
%constant int TIMED_OUT = TLS_TIMED_OUT;
%constant int EARLY_DATA = TLS_EARLY_DATA;

%constant int E_ARGUMENT = TLS_E_ARGUMENT;
%constant int E_HANDLE = TLS_E_HANDLE;
%constant int E_OPTIONS = TLS_E_OPTIONS;
%constant int E_STATE = TLS_E_STATE;
%constant int E_ALERT = TLS_E_ALERT;
%constant int E_TRUNCATED = TLS_E_TRUNCATED;
%constant int E_SYSTEM = TLS_E_SYSTEM;
%constant int E_KEY = TLS_E_KEY;
%constant int E_SIZE = TLS_E_SIZE;
%constant int E_NOMEM = TLS_E_NOMEM;
%constant int E_INTERNAL = TLS_E_INTERNAL;
%constant int E_UNSUPPORTED = TLS_E_UNSUPPORTED;

%constant int INFINITY = TLS_INFINITY;
%constant int RECV_EARLY = TLS_RECV_EARLY;
%constant int RECV_END_OF_RECORD = TLS_RECV_END_OF_RECORD;
%constant int RECV_TRUNCATED = TLS_RECV_TRUNCATED;

%include "tlsock_shim.hpp"
