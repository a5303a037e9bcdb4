package dev.samdan.registry.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.samdan.base.PlatformException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The registry under names of ECR, to a client that trusts the home's authority only. */
class EcrHostsTest {
  private static final String ONE = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com";
  private static final String OTHER = "210987654321.dkr.ecr.eu-west-1.amazonaws.com";

  @TempDir Path home;
  private InetSocketAddress address;
  private EcrHosts hosts;

  @BeforeEach
  void open() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      address = new InetSocketAddress("127.0.0.1", free.getLocalPort());
    }
    hosts = hosts();
  }

  @AfterEach
  void close() {
    hosts.close();
  }

  private EcrHosts hosts() {
    return new EcrHosts(
        home, address, routes -> routes.get("/v2/", context -> context.result("the registry")));
  }

  @Test
  void a_name_that_was_asked_for_is_served_under_a_certificate_of_its_own() throws Exception {
    EcrHosts.Trust trust = hosts.set(List.of(ONE, OTHER, ONE));

    assertThat(trust.hosts()).containsExactly(ONE, OTHER);
    assertThat(trust.address()).isEqualTo("127.0.0.1");
    assertThat(get(ONE, trust.certificate())).contains("the registry");
    assertThat(get(OTHER, trust.certificate())).contains("the registry");
    assertThatThrownBy(
            () -> get("999999999999.dkr.ecr.eu-west-1.amazonaws.com", trust.certificate()))
        .isInstanceOf(SSLException.class);
  }

  @Test
  void the_authority_outlives_a_restart_and_the_names_come_back() throws Exception {
    String certificate = hosts.set(List.of(ONE)).certificate();
    hosts.close();
    hosts = hosts();
    hosts.start();

    assertThat(hosts.trust().certificate()).isEqualTo(certificate);
    assertThat(get(ONE, certificate)).contains("the registry");
  }

  @Test
  void without_names_nothing_listens() throws Exception {
    hosts.set(List.of(ONE));
    assertThat(hosts.set(List.of())).isEqualTo(new EcrHosts.Trust(List.of(), "127.0.0.1", ""));

    assertThatThrownBy(() -> new Socket("127.0.0.1", address.getPort()).close())
        .isInstanceOf(java.net.ConnectException.class);
  }

  @Test
  void the_authority_signs_for_amazon_only() throws Exception {
    X509Certificate authority = certificate(hosts.set(List.of(ONE)).certificate());

    assertThat(authority.getBasicConstraints()).isZero();
    assertThat(authority.getCriticalExtensionOIDs()).contains("2.5.29.30");
    assertThat(new String(authority.getExtensionValue("2.5.29.30"), StandardCharsets.ISO_8859_1))
        .contains("amazonaws.com");
  }

  @Test
  void what_is_no_name_of_ecr_and_an_address_that_is_taken_are_refused() throws Exception {
    assertThatThrownBy(() -> hosts.set(List.of("example.com", "x.dkr.ecr.y.amazonaws.com")))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("[example.com, x.dkr.ecr.y.amazonaws.com] is no name of ECR");
    try (ServerSocket taken = new ServerSocket()) {
      taken.bind(address);
      assertThatThrownBy(() -> hosts.set(List.of(ONE)))
          .isInstanceOf(PlatformException.class)
          .hasMessageContaining("cannot listen on 127.0.0.1:" + address.getPort());
    }
    assertThat(hosts.trust().hosts()).isEmpty();
  }

  private static X509Certificate certificate(String pem) throws Exception {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
  }

  /** As a client that checks the name, the chain and the authority's constraints. */
  private String get(String host, String authority) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("samdan", certificate(authority));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    try (SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(
                    new Socket("127.0.0.1", address.getPort()), host, address.getPort(), true)) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName(host)));
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket
          .getOutputStream()
          .write(
              ("GET /v2/ HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
