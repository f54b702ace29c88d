package dev.entrepot.control;

import dev.entrepot.common.jose.CompactJws;
import dev.entrepot.common.json.JsonFields;
import dev.entrepot.common.tls.Pem;
import dev.entrepot.common.wire.Enrolment;
import dev.entrepot.common.wire.Snapshot;
import dev.entrepot.common.wire.SnapshotCodec;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.jspecify.annotations.Nullable;

/** A node as the wire knows it: joins with a token, listens with its certificate. */
public final class TestNode {
  private final String name;
  private final Path authority;
  private final KeyPair keys;
  private Certificate[] chain = new Certificate[0];

  /** A node that trusts what is in a file. */
  public TestNode(String name, Path authority) throws Exception {
    this.name = name;
    this.authority = authority;
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    this.keys = generator.generateKeyPair();
  }

  /** Asks to be let in; gives the answer, whatever it is. */
  public HttpResponse<String> join(int port, String token) throws Exception {
    byte[] csr = csr();
    Mac mac = Mac.getInstance("HmacSHA256");
    byte[] secret = token.substring(7).getBytes(StandardCharsets.US_ASCII);
    mac.init(new SecretKeySpec(MessageDigest.getInstance("SHA-256").digest(secret), "HmacSHA256"));
    byte[] body =
        JsonFields.write(
            Map.of(
                "token", token.substring(0, 6),
                "csr", Pem.encode("CERTIFICATE REQUEST", csr),
                "mac", CompactJws.encode(mac.doFinal(csr))));
    return granted(post(port, Enrolment.JOIN, body));
  }

  /** Asks for the next certificate; gives the answer, whatever it is. */
  public HttpResponse<String> renew(int port) throws Exception {
    Map<String, String> fields = Map.of("csr", Pem.encode("CERTIFICATE REQUEST", csr()));
    return granted(post(port, Enrolment.RENEW, JsonFields.write(fields)));
  }

  /** The number of its certificate, as snapshots have it. */
  public String serial() {
    return ((X509Certificate) chain[0]).getSerialNumber().toString(16);
  }

  private byte[] csr() throws Exception {
    return new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=" + name), keys.getPublic())
        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
        .getEncoded();
  }

  private HttpResponse<String> granted(HttpResponse<String> answer) throws Exception {
    if (answer.statusCode() == 200) {
      JsonFields fields = JsonFields.read(answer.body().getBytes(StandardCharsets.UTF_8), 1 << 20);
      chain = certificates(fields.text("certificate").getBytes(StandardCharsets.US_ASCII));
    }
    return answer;
  }

  /** Listens; the first line is the current snapshot. */
  public Stream listen(int port) throws Exception {
    HttpClient client = client();
    HttpResponse<InputStream> answer =
        client.send(
            HttpRequest.newBuilder(uri(port, Enrolment.SNAPSHOTS)).build(),
            BodyHandlers.ofInputStream());
    if (answer.statusCode() != 200) {
      client.shutdownNow();
      throw new IOException("refused with " + answer.statusCode());
    }
    return new Stream(client, answer.body());
  }

  /** Any request, with the node's certificate if it has one. */
  public HttpResponse<String> get(int port, String path) throws Exception {
    try (HttpClient client = client()) {
      return client.send(HttpRequest.newBuilder(uri(port, path)).build(), BodyHandlers.ofString());
    }
  }

  private HttpResponse<String> post(int port, String path, byte[] body) throws Exception {
    try (HttpClient client = client()) {
      return client.send(
          HttpRequest.newBuilder(uri(port, path)).POST(BodyPublishers.ofByteArray(body)).build(),
          BodyHandlers.ofString());
    }
  }

  private HttpClient client() throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("authority", certificates(Files.readAllBytes(authority))[0]);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(new KeyManager[] {new Always()}, trust.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }

  private static URI uri(int port, String path) {
    return URI.create("https://localhost:" + port + path);
  }

  private static Certificate[] certificates(byte[] pem) throws Exception {
    Collection<? extends Certificate> all =
        CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem));
    return all.toArray(Certificate[]::new);
  }

  /** Shows the node's certificate to whomever, also where its authority is not asked for. */
  private final class Always extends X509ExtendedKeyManager {
    @Override
    public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
      return chain.length > 0 ? new String[] {"node"} : null;
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return chain.length > 0 ? "node" : null;
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
        String[] types, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      return chooseClientAlias(types, issuers, null);
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
      return null;
    }

    @Override
    public @Nullable String chooseServerAlias(
        String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return Arrays.copyOf(chain, chain.length, X509Certificate[].class);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return keys.getPrivate();
    }
  }

  /** A stream of snapshots. */
  public static final class Stream implements AutoCloseable {
    private final HttpClient client;
    private final BufferedReader lines;

    Stream(HttpClient client, InputStream body) {
      this.client = client;
      this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.US_ASCII));
    }

    /** The next one; {@link IOException} when the stream has ended. */
    public Snapshot next(RSAPublicKey key) throws Exception {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isEmpty()) {
          return SnapshotCodec.read(line, key);
        }
      }
      throw new IOException("the stream ended");
    }

    @Override
    public void close() throws IOException {
      client.shutdownNow();
      lines.close();
    }
  }
}
