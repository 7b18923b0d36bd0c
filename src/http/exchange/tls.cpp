#include <http/exchange/tls.hpp>

#include <fmt/format.h>
// The only file that includes OpenSSL's TLS.
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <ctime>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include <arpa/inet.h>

namespace dynamo::http {

template <auto Free>
struct freed_by {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
using owned_context = std::unique_ptr<SSL_CTX, freed_by<&SSL_CTX_free>>;
using owned_ssl = std::unique_ptr<SSL, freed_by<&SSL_free>>;
using owned_bio = std::unique_ptr<BIO, freed_by<&BIO_free_all>>;
using owned_store = std::unique_ptr<X509_STORE, freed_by<&X509_STORE_free>>;
using owned_certificate = std::unique_ptr<X509, freed_by<&X509_free>>;
using owned_session = std::unique_ptr<SSL_SESSION, freed_by<&SSL_SESSION_free>>;
using owned_names = std::unique_ptr<GENERAL_NAMES, freed_by<&GENERAL_NAMES_free>>;

namespace {

constexpr std::size_t name_size_max = 200;  // bytes of a certificate's names in a message
constexpr int names_max = 5;

/// A name that a peer chose, fit for a message.
std::string printable(std::string_view text) {
  std::string out(text.substr(0, name_size_max));
  std::ranges::replace_if(out, [](char c) { return c < ' ' || c > '~' || c == '"'; }, '?');
  if (text.size() > name_size_max) out += "...";
  return out;
}

std::string_view contents(BIO* memory) {
  const char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return size > 0 ? std::string_view(data, static_cast<std::size_t>(size)) : std::string_view();
}

std::string text_of(const X509_NAME* name) {
  const owned_bio out(BIO_new(BIO_s_mem()));
  if (!out || X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_ONELINE) < 0) return "?";
  return printable(contents(out.get()));
}

std::string date_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return "an unreadable date";
  return fmt::format("{:04}-{:02}-{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
}

std::string text_of(const GENERAL_NAME& name) {
  if (name.type == GEN_DNS) {
    return printable({reinterpret_cast<const char*>(ASN1_STRING_get0_data(name.d.dNSName)),
                      static_cast<std::size_t>(ASN1_STRING_length(name.d.dNSName))});
  }
  if (name.type == GEN_IPADD) {
    std::array<char, INET6_ADDRSTRLEN> digits{};
    const int size = ASN1_STRING_length(name.d.iPAddress);
    const int family = size == 4 ? AF_INET : AF_INET6;
    if ((size == 4 || size == 16) && ::inet_ntop(family, ASN1_STRING_get0_data(name.d.iPAddress), digits.data(),
                                                 static_cast<socklen_t>(digits.size())) != nullptr) {
      return digits.data();
    }
  }
  return {};
}

/// The hosts that a certificate is for.
std::string hosts_of(const X509* certificate) {
  const owned_names names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::string all;
  int count = 0;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const std::string one = text_of(*sk_GENERAL_NAME_value(names.get(), i));
    if (one.empty()) continue;
    if (++count > names_max) return all + " and others";
    all.append(all.empty() ? "" : ", ").append(one);
  }
  return all.empty() ? "no host" : all;
}

std::string complaint_about(int problem, const X509* certificate, int depth, const std::string& host) {
  const std::string whose =
      depth == 0 || certificate == nullptr
          ? "its certificate"
          : fmt::format("the certificate of its authority \"{}\"", text_of(X509_get_subject_name(certificate)));
  if (certificate != nullptr) {
    switch (problem) {
      case X509_V_ERR_CERT_HAS_EXPIRED:
        return fmt::format("{} expired on {}", whose, date_of(X509_get0_notAfter(certificate)));
      case X509_V_ERR_CERT_NOT_YET_VALID:
        return fmt::format("{} is not valid before {}", whose, date_of(X509_get0_notBefore(certificate)));
      case X509_V_ERR_HOSTNAME_MISMATCH:
      case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return fmt::format("its certificate is for {}, not for {}", hosts_of(certificate), host);
      case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return "its certificate is signed by itself, and is not trusted here";
      case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
      case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
      case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return fmt::format("{} was issued by \"{}\", an authority that is not trusted here", whose,
                           text_of(X509_get_issuer_name(certificate)));
      default: break;
    }
  }
  return fmt::format("{} cannot be verified: {}", whose, X509_verify_cert_error_string(problem));
}

/// What the library says last went wrong on this thread.
std::string library_complaint() {
  const unsigned long code = ERR_peek_error();
  const char* const words = ERR_reason_error_string(code);
  const int reason = ERR_GET_REASON(code);
  ERR_clear_error();
  if (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST) return "it does not speak TLS";
  if (words == nullptr) return "TLS failed";
  if (reason >= SSL_AD_REASON_OFFSET) return fmt::format("it refused TLS ({})", words);
  return fmt::format("TLS failed ({})", words);
}

owned_store load_system_authorities() {
  owned_store store(X509_STORE_new());
  if (store) X509_STORE_set_default_paths(store.get());  // what is not there is missed when a peer cannot be verified
  ERR_clear_error();
  return store;
}

/// Read once in a process; held until its end.
X509_STORE* system_authorities() {
  static X509_STORE* const loaded = load_system_authorities().release();
  return loaded;
}

/// Adds each certificate of a PEM text; false if there is none, or one is malformed.
bool add_authorities(X509_STORE* to, const std::string& pem) {
  const owned_bio text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  int count = 0;
  while (text) {
    const owned_certificate one(PEM_read_bio_X509_AUX(text.get(), nullptr, nullptr, nullptr));
    if (!one) break;
    if (X509_STORE_add_cert(to, one.get()) != 1) return false;
    ++count;
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  return count > 0 && at_end;
}

}  // namespace

/// Sessions that may be resumed, as bytes: OpenSSL's own object may not be used by several connections at once. They are secrets.
class kept_sessions {
 public:
  kept_sessions() = default;
  kept_sessions(const kept_sessions&) = delete;
  kept_sessions& operator=(const kept_sessions&) = delete;
  ~kept_sessions() {
    for (auto& [host, all] : of_hosts_) wipe(all);
  }

  void keep(const std::string& host, SSL_SESSION* session) {
    const int size = i2d_SSL_SESSION(session, nullptr);
    if (size <= 0 || static_cast<std::size_t>(size) > tls_context::session_size_max) return;
    std::string bytes(static_cast<std::size_t>(size), '\0');
    auto* at = reinterpret_cast<unsigned char*>(bytes.data());
    i2d_SSL_SESSION(session, &at);
    const std::scoped_lock lock(mutex_);
    if (of_hosts_.size() == tls_context::hosts_max && !of_hosts_.contains(host)) {
      wipe(of_hosts_.begin()->second);
      of_hosts_.erase(of_hosts_.begin());
    }
    auto& all = of_hosts_[host];
    if (all.size() == tls_context::sessions_of_host_max) {
      OPENSSL_cleanse(all.front().data(), all.front().size());
      all.pop_front();
    }
    all.push_back(std::move(bytes));
  }

  /// The last one. One of TLS 1.3 is not given twice, so that nobody can tell connections by it (RFC 8446, C.4).
  owned_session take(const std::string& host) {
    const std::scoped_lock lock(mutex_);
    const auto found = of_hosts_.find(host);
    if (found == of_hosts_.end() || found->second.empty()) return nullptr;
    std::string& bytes = found->second.back();
    const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
    owned_session session(d2i_SSL_SESSION(nullptr, &at, static_cast<long>(bytes.size())));
    if (!session || SSL_SESSION_get_protocol_version(session.get()) >= TLS1_3_VERSION) {
      OPENSSL_cleanse(bytes.data(), bytes.size());
      found->second.pop_back();
    }
    return session;
  }

 private:
  using sessions = std::deque<std::string>;
  static void wipe(sessions& all) {
    for (std::string& each : all) OPENSSL_cleanse(each.data(), each.size());
  }

  std::mutex mutex_;
  std::map<std::string, sessions> of_hosts_;
};

/// Whom connections trust, and their sessions.
class openssl_context final : public tls_context_state, public std::enable_shared_from_this<openssl_context> {
 public:
  explicit openssl_context(tls_options options) : options_(std::move(options)) {}

  result<tls_session> open(const address& to) override;
  kept_sessions& sessions() noexcept { return sessions_; }

 private:
  /// Made by the first connection.
  result<SSL_CTX*> context() {
    const std::scoped_lock lock(mutex_);
    if (!context_) {
      if (auto made = make(); !made) return fail(std::move(made.error()));
    }
    return context_.get();
  }
  result<void> make();
  result<owned_store> authorities() const;

  const tls_options options_;
  std::mutex mutex_;  // of the context
  owned_context context_;
  kept_sessions sessions_;
};

class openssl_connection final : public tls_connection {
 public:
  openssl_connection(std::shared_ptr<openssl_context> of, const address& to)
      : context_(std::move(of)), host_(to.host), key_(to.text()) {}

  /// Before anything else, with OpenSSL's context.
  result<void> begin(SSL_CTX*);

  void receive(std::string_view bytes) override;
  void shake_hands() override;
  std::size_t decrypt(std::span<char> into) override;
  std::size_t encrypt(std::string_view first, std::string_view second) override;
  void take_outgoing(std::string& to) override;
  state now() const noexcept override { return now_; }
  std::string_view why() const noexcept override { return why_; }
  bool resumed() const noexcept override { return SSL_session_reused(ssl_.get()) == 1; }

  static int on_new_session(SSL*, SSL_SESSION*) noexcept;
  static int on_verified(int good, X509_STORE_CTX*) noexcept;

 private:
  void fail_with(std::string words) {
    now_ = state::failed;
    if (why_.empty()) why_ = std::move(words);
  }
  /// The connection that OpenSSL speaks of.
  static openssl_connection& of(const SSL* ssl) noexcept {
    return *static_cast<openssl_connection*>(SSL_get_app_data(ssl));
  }

  const std::shared_ptr<openssl_context> context_;
  const std::string host_;
  const std::string key_;  // of its sessions
  owned_ssl ssl_;
  BIO* in_ = nullptr;  // both are the ssl's
  BIO* out_ = nullptr;
  state now_ = state::shaking_hands;
  std::string why_;
};

int openssl_connection::on_new_session(SSL* ssl, SSL_SESSION* session) noexcept {
  try {
    const openssl_connection& c = of(ssl);
    if (SSL_SESSION_is_resumable(session) == 1) c.context_->sessions().keep(c.key_, session);
  } catch (...) {  // without memory, the next connection is begun anew
  }
  return 0;  // the session stays OpenSSL's
}

int openssl_connection::on_verified(int good, X509_STORE_CTX* at) noexcept {
  if (good == 1) return 1;
  try {
    const auto* ssl = static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(at, SSL_get_ex_data_X509_STORE_CTX_idx()));
    openssl_connection& c = of(ssl);
    c.why_ = complaint_about(X509_STORE_CTX_get_error(at), X509_STORE_CTX_get_current_cert(at),
                             X509_STORE_CTX_get_error_depth(at), c.host_);
  } catch (...) {  // then OpenSSL's own words have to do
  }
  return 0;
}

result<owned_store> openssl_context::authorities() const {
  if (options_.authorities.empty() && options_.authorities_file.empty() && options_.system_authorities) {
    X509_STORE* const shared = system_authorities();
    if (shared == nullptr) return fail(errc::unavailable, "Cannot use TLS: no memory is left");
    X509_STORE_up_ref(shared);
    return owned_store(shared);
  }
  owned_store own = options_.system_authorities ? load_system_authorities() : owned_store(X509_STORE_new());
  if (!own) return fail(errc::unavailable, "Cannot use TLS: no memory is left");
  if (!options_.authorities.empty() && !add_authorities(own.get(), options_.authorities)) {
    return fail(errc::invalid_argument, "Cannot use TLS: the text of trusted authorities is not PEM");
  }
  if (!options_.authorities_file.empty() && X509_STORE_load_file(own.get(), options_.authorities_file.c_str()) != 1) {
    ERR_clear_error();
    return fail(errc::invalid_argument,
                fmt::format("Cannot use TLS: no trusted authorities can be read from the file \"{}\"",
                            options_.authorities_file));
  }
  return own;
}

result<void> openssl_context::make() {
  static constexpr std::array<unsigned char, 9> http_1_1{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};  // RFC 7301
  auto trusted = authorities();
  if (!trusted) return fail(std::move(trusted.error()));
  owned_context made(SSL_CTX_new(TLS_client_method()));
  if (!made || SSL_CTX_set_min_proto_version(made.get(), TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_alpn_protos(made.get(), http_1_1.data(), http_1_1.size()) != 0) {
    return fail(errc::unavailable, fmt::format("Cannot use TLS: {}", library_complaint()));
  }
  SSL_CTX_set_cert_store(made.get(), trusted->release());
  SSL_CTX_set_options(made.get(), SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_verify(made.get(), SSL_VERIFY_PEER, &openssl_connection::on_verified);
  SSL_CTX_set_session_cache_mode(made.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(made.get(), &openssl_connection::on_new_session);
  context_ = std::move(made);
  return {};
}

tls_options::tls_options() noexcept
    : make_([](tls_options options) -> std::shared_ptr<tls_context_state> {
        return std::make_shared<openssl_context>(std::move(options));
      }) {}

result<tls_session> openssl_context::open(const address& to) {
  const auto made_for = context();
  if (!made_for) return fail(made_for.error());
  auto made = std::make_unique<openssl_connection>(shared_from_this(), to);
  if (auto begun = made->begin(*made_for); !begun) return fail(std::move(begun.error()));
  return tls_session(std::move(made));
}

result<void> openssl_connection::begin(SSL_CTX* context) {
  ssl_.reset(SSL_new(context));
  owned_bio in(BIO_new(BIO_s_mem())), out(BIO_new(BIO_s_mem()));
  if (!ssl_ || !in || !out) return fail(errc::unavailable, "Cannot use TLS: no memory is left");
  in_ = in.get();
  out_ = out.get();
  SSL* const ssl = ssl_.get();
  SSL_set_bio(ssl, in.release(), out.release());
  SSL_set_connect_state(ssl);
  SSL_set_app_data(ssl, this);
  // A number is looked for among a certificate's addresses, and is not sent as a name (RFC 6066, 3).
  bool named = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host_.c_str()) == 1;
  if (!named) {
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    named = SSL_set1_host(ssl, host_.c_str()) == 1 && SSL_set_tlsext_host_name(ssl, host_.c_str()) == 1;
  }
  ERR_clear_error();
  if (!named) return fail(errc::invalid_argument, fmt::format("\"{}\" is no host that TLS can name", host_));
  if (const owned_session earlier = context_->sessions().take(key_)) SSL_set_session(ssl, earlier.get());
  return {};
}

void openssl_connection::receive(std::string_view bytes) {
  std::size_t written = 0;
  if (!bytes.empty() && BIO_write_ex(in_, bytes.data(), bytes.size(), &written) != 1) {
    fail_with("no memory is left for TLS");
  }
}

void openssl_connection::shake_hands() {
  if (now_ != state::shaking_hands) return;
  ERR_clear_error();
  const int done = SSL_do_handshake(ssl_.get());
  if (done == 1) {
    now_ = state::open;
    return;
  }
  if (SSL_get_error(ssl_.get(), done) != SSL_ERROR_WANT_READ) fail_with(library_complaint());
}

std::size_t openssl_connection::decrypt(std::span<char> into) {
  if (now_ != state::open) return 0;
  ERR_clear_error();
  std::size_t size = 0;
  const int done = SSL_read_ex(ssl_.get(), into.data(), into.size(), &size);
  if (done == 1) return size;
  switch (SSL_get_error(ssl_.get(), done)) {
    case SSL_ERROR_WANT_READ: break;
    case SSL_ERROR_ZERO_RETURN: now_ = state::ended; break;
    default: fail_with(library_complaint());
  }
  return 0;
}

std::size_t openssl_connection::encrypt(std::string_view first, std::string_view second) {
  std::array<char, tls_session::record_size_max> joined;
  std::string_view record = first.empty() ? second : first;
  if (!first.empty() && !second.empty() && first.size() < joined.size()) {
    const std::size_t of_second = std::min(second.size(), joined.size() - first.size());
    std::memcpy(joined.data(), first.data(), first.size());
    std::memcpy(joined.data() + first.size(), second.data(), of_second);
    record = {joined.data(), first.size() + of_second};
  }
  record = record.substr(0, tls_session::record_size_max);
  if (record.empty() || now_ == state::failed) return 0;
  ERR_clear_error();
  std::size_t written = 0;
  if (SSL_write_ex(ssl_.get(), record.data(), record.size(), &written) != 1) fail_with(library_complaint());
  OPENSSL_cleanse(joined.data(), record.data() == joined.data() ? record.size() : 0);
  return written;
}

void openssl_connection::take_outgoing(std::string& to) {
  to.append(contents(out_));
  [[maybe_unused]] const auto emptied = BIO_reset(out_);
}

}  // namespace dynamo::http
