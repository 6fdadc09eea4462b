import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Settings are what is wanted, as JSSE has it: some of it as properties of the whole program. */
final class Settings {
  private static final char[] NO_PASSWORD = new char[0];
  private static final Map<String, String> KEY_NAMES =
      Map.of("EC", "EC", "RSA", "RSA", "RSASSA-PSS", "RSASSA-PSS", "EdDSA", "EdDSA");

  private final Map<String, String> wanted;

  Settings(Map<String, String> wanted) {
    this.wanted = wanted;
    copy("groups", "jdk.tls.namedGroups");
    copy("schemes", "jdk.tls.client.SignatureSchemes");
    copy("schemes", "jdk.tls.server.SignatureSchemes");
    if (wanted.containsKey("update_at")) {
      Security.setProperty("jdk.tls.keyLimits", "AES/GCM/NoPadding KeyUpdate " + wanted.get("update_at"));
    }
  }

  /** Loads JSSE's classes, by a handshake that fails as nobody has a certificate. */
  static void load() throws Exception {
    SSLContext context = new Settings(Map.of("verify", "none")).context();
    SSLEngine[] ends = {context.createSSLEngine("localhost", 1), context.createSSLEngine()};
    ends[0].setUseClientMode(true);
    ends[1].setUseClientMode(false);
    ByteBuffer sent = ByteBuffer.allocate(1 << 15);
    ends[0].wrap(ByteBuffer.allocate(0), sent);
    try {
      ends[1].unwrap(sent.flip(), ByteBuffer.allocate(1 << 15));
      for (Runnable task; (task = ends[1].getDelegatedTask()) != null;) task.run();
      ends[1].wrap(ByteBuffer.allocate(0), ByteBuffer.allocate(1 << 15));
    } catch (SSLException expected) {
      return;
    }
  }

  private void copy(String name, String property) {
    if (wanted.containsKey(name)) System.setProperty(property, wanted.get(name));
  }

  String host() {
    return wanted.get("name").isEmpty() ? "localhost" : wanted.get("name");
  }

  SSLContext context() throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(identity(), NO_PASSWORD);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(keys.getKeyManagers(), trust(), null);
    return context;
  }

  SSLSocket apply(SSLSocket socket) {
    boolean isClient = wanted.containsKey("name");
    socket.setUseClientMode(isClient);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3"});
    if (wanted.containsKey("suites")) parameters.setCipherSuites(wanted.get("suites").split(","));
    if (wanted.containsKey("alpn")) parameters.setApplicationProtocols(wanted.get("alpn").split(","));
    if (isClient && !wanted.get("name").isEmpty()) {
      parameters.setServerNames(List.of(new SNIHostName(wanted.get("name"))));
    }
    switch (wanted.get("verify")) {
      case "peer" -> parameters.setEndpointIdentificationAlgorithm("HTTPS");
      case "request" -> parameters.setWantClientAuth(true);
      case "require" -> parameters.setNeedClientAuth(true);
      default -> { }
    }
    socket.setSSLParameters(parameters);
    return socket;
  }

  private KeyStore identity() throws Exception {
    KeyStore store = emptyStore();
    if (wanted.containsKey("chain")) {
      Certificate[] chain = certificates(wanted.get("chain"));
      store.setKeyEntry("own", key(chain[0].getPublicKey().getAlgorithm()), NO_PASSWORD, chain);
    }
    return store;
  }

  private PrivateKey key(String algorithm) throws Exception {
    String text = Files.readString(Path.of(wanted.get("key"))).replaceAll("-----[^-]*-----|\\s", "");
    var encoded = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text));
    return KeyFactory.getInstance(KEY_NAMES.get(algorithm)).generatePrivate(encoded);
  }

  private TrustManager[] trust() throws Exception {
    if (!wanted.containsKey("ca") || wanted.get("verify").equals("none")) return new TrustManager[] {new TrustsAll()};
    KeyStore store = emptyStore();
    for (Certificate each : certificates(wanted.get("ca"))) store.setCertificateEntry("ca", each);
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyStore emptyStore() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static Certificate[] certificates(String file) throws Exception {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in).toArray(new Certificate[0]);
    }
  }

  private static final class TrustsAll extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) { }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) { }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) { }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) { }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) { }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) { }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
