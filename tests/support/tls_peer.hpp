#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace dynamo::testing_support {

/// What a certificate says, beyond its issuer.
struct certificate_options {
  std::string subject = "a server";
  std::string hosts = "DNS:host.example";  ///< as OpenSSL's configuration has it; empty: none
  int first_day = -1;                      ///< of its validity, counted from today
  int last_day = 1;
  bool is_authority = false;

  certificate_options() = default;
  explicit certificate_options(std::string for_hosts) : hosts(std::move(for_hosts)) {}
};

/// A key and its certificate, made in memory.
class identity {
 public:
  /// Signed by itself.
  explicit identity(const certificate_options& options) : identity(options, nullptr) {}
  identity(const certificate_options& options, const identity& issuer) : identity(options, &issuer) {}
  static identity authority(const std::string& name) {
    certificate_options options;
    options.subject = name;
    options.hosts.clear();
    options.is_authority = true;
    return identity(options);
  }

  std::string pem() const {
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> out(BIO_new(BIO_s_mem()), &BIO_free_all);
    PEM_write_bio_X509(out.get(), certificate_.get());
    const char* text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
  }
  EVP_PKEY* key() const { return key_.get(); }
  X509* certificate() const { return certificate_.get(); }

 private:
  identity(const certificate_options& options, const identity* issuer)
      : key_(EVP_EC_gen("P-256"), &EVP_PKEY_free), certificate_(X509_new(), &X509_free) {
    X509* const made = certificate_.get();
    X509_set_version(made, 2);
    static long serial = 0;
    ASN1_INTEGER_set(X509_get_serialNumber(made), ++serial);
    X509_time_adj_ex(X509_getm_notBefore(made), options.first_day, 0, nullptr);
    X509_time_adj_ex(X509_getm_notAfter(made), options.last_day, 0, nullptr);
    X509_set_pubkey(made, key_.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(options.subject.c_str()), -1, -1, 0);
    X509_set_issuer_name(made, X509_get_subject_name(issuer != nullptr ? issuer->certificate() : made));
    if (options.is_authority) add(NID_basic_constraints, "critical,CA:TRUE");
    if (!options.hosts.empty()) add(NID_subject_alt_name, options.hosts);
    X509_sign(made, issuer != nullptr ? issuer->key() : key_.get(), EVP_sha256());
  }

  void add(int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate_.get(), certificate_.get(), nullptr, nullptr, 0);
    X509_EXTENSION* const made = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
    if (made == nullptr) std::abort();
    X509_add_ext(certificate_.get(), made, -1);
    X509_EXTENSION_free(made);
  }

  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
  std::unique_ptr<X509, decltype(&X509_free)> certificate_;
};

/// What the connections of one server of TLS share.
class tls_server {
 public:
  explicit tls_server(const identity& who, int version_min = TLS1_2_VERSION, int version_max = TLS1_3_VERSION)
      : context_(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free) {
    if (version_max < TLS1_2_VERSION) SSL_CTX_set_security_level(context_.get(), 0);
    SSL_CTX_set_min_proto_version(context_.get(), version_min);
    SSL_CTX_set_max_proto_version(context_.get(), version_max);
    SSL_CTX_use_certificate(context_.get(), who.certificate());
    SSL_CTX_use_PrivateKey(context_.get(), who.key());
    static constexpr unsigned char name[] = "tests";
    SSL_CTX_set_session_id_context(context_.get(), name, sizeof name);
  }
  SSL_CTX* get() const { return context_.get(); }

 private:
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
};

/// The server's side of one connection, over bytes that the test carries.
class tls_peer {
 public:
  explicit tls_peer(const tls_server& of)
      : ssl_(SSL_new(of.get()), &SSL_free), in_(BIO_new(BIO_s_mem())), out_(BIO_new(BIO_s_mem())) {
    SSL_set_bio(ssl_.get(), in_, out_);
    SSL_set_accept_state(ssl_.get());
  }

  /// Takes what the client sent. What it meant by it is in heard().
  void receive(std::string_view bytes) {
    BIO_write(in_, bytes.data(), static_cast<int>(bytes.size()));
    char plain[16'384];
    for (int size = 0; (size = SSL_read(ssl_.get(), plain, sizeof plain)) > 0;) {
      heard_.append(plain, static_cast<std::size_t>(size));
    }
    ERR_clear_error();
  }
  void say(std::string_view text) { SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size())); }
  void say_the_end() { SSL_shutdown(ssl_.get()); }
  /// New secrets for what follows (TLS 1.3), which the client is to answer.
  void change_keys() {
    SSL_key_update(ssl_.get(), SSL_KEY_UPDATE_REQUESTED);
    SSL_do_handshake(ssl_.get());
  }
  /// What is to be carried to the client.
  std::string take_outgoing() {
    const char* bytes = nullptr;
    const long size = BIO_get_mem_data(out_, &bytes);
    std::string all(bytes, static_cast<std::size_t>(size));
    BIO_reset(out_);
    return all;
  }

  const std::string& heard() const { return heard_; }
  std::string take_heard() { return std::exchange(heard_, {}); }
  bool is_open() const { return SSL_is_init_finished(ssl_.get()) == 1; }
  bool resumed() const { return SSL_session_reused(ssl_.get()) == 1; }
  std::string host_asked_for() const {
    const char* const name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
    return name != nullptr ? name : "";
  }
  bool was_told_why() const { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }

 private:
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
  BIO* in_;  // both are the ssl's
  BIO* out_;
  std::string heard_;
};

}  // namespace dynamo::testing_support
