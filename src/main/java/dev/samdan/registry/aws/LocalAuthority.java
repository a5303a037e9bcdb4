package dev.samdan.registry.aws;

import dev.samdan.base.AtomicFile;
import dev.samdan.base.PlatformException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * A certificate authority of this home, which only machines that were told so trust, and only for
 * names below amazonaws.com (RFC 5280, "Name Constraints").
 */
final class LocalAuthority {
  static final char[] PASSWORD = "samdan".toCharArray();
  private static final String ALIAS = "authority";
  private static final X500Name NAME = new X500Name("CN=Samdan authority of this machine");
  private static final AlgorithmIdentifier ALGORITHM =
      new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);

  /** serverAuth (RFC 5280, "Extended Key Usage"). */
  private static final ASN1ObjectIdentifier SERVER = new ASN1ObjectIdentifier("1.3.6.1.5.5.7.3.1");

  private static final Duration LIFE = Duration.ofDays(3650);

  private final PrivateKey key;
  private final Certificate certificate;

  private LocalAuthority(PrivateKey key, Certificate certificate) {
    this.key = key;
    this.certificate = certificate;
  }

  /** The authority kept in this file, made where there is none. */
  static LocalAuthority in(Path file) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      if (Files.exists(file)) {
        try (InputStream in = Files.newInputStream(file)) {
          store.load(in, PASSWORD);
        }
      } else {
        KeyPair pair = keys();
        Certificate own = sign(NAME, pair.getPublic(), pair.getPrivate(), authorityExtensions());
        store.load(null, null);
        store.setKeyEntry(ALIAS, pair.getPrivate(), PASSWORD, new Certificate[] {own});
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        store.store(bytes, PASSWORD);
        AtomicFile.write(file, bytes.toByteArray());
      }
      return new LocalAuthority(
          (PrivateKey) store.getKey(ALIAS, PASSWORD), store.getCertificate(ALIAS));
    } catch (IOException | GeneralSecurityException e) {
      throw new PlatformException(
          PlatformException.Code.INTERNAL,
          "cannot read the certificate authority "
              + file
              + " ("
              + e.getMessage()
              + "): delete it and run 'samdan registry trust' again",
          e);
    }
  }

  /** The authority's certificate, for the machines that shall trust it. */
  String pem() {
    try {
      return "-----BEGIN CERTIFICATE-----\n"
          + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
          + "\n-----END CERTIFICATE-----\n";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A server's key and certificate for these hosts. */
  KeyStore issue(List<String> hosts) {
    try {
      KeyPair pair = keys();
      Certificate server =
          sign(new X500Name("CN=Samdan"), pair.getPublic(), key, serverExtensions(hosts));
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "server", pair.getPrivate(), PASSWORD, new Certificate[] {server, certificate});
      return store;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair keys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static Certificate sign(
      X500Name subject, PublicKey of, PrivateKey by, ExtensionsGenerator extensions)
      throws IOException, GeneralSecurityException {
    Instant now = Instant.now();
    V3TBSCertificateGenerator body = new V3TBSCertificateGenerator();
    body.setSerialNumber(new ASN1Integer(new BigInteger(128, new SecureRandom())));
    body.setSignature(ALGORITHM);
    body.setIssuer(NAME);
    body.setStartDate(new Time(Date.from(now.minus(Duration.ofDays(1)))));
    body.setEndDate(new Time(Date.from(now.plus(LIFE))));
    body.setSubject(subject);
    body.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(of.getEncoded()));
    body.setExtensions(extensions.generate());
    var signed = body.generateTBSCertificate();
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(by);
    signature.update(signed.getEncoded("DER"));
    ASN1EncodableVector parts = new ASN1EncodableVector();
    parts.add(signed);
    parts.add(ALGORITHM);
    parts.add(new DERBitString(signature.sign()));
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(new DERSequence(parts).getEncoded("DER")));
  }

  private static ExtensionsGenerator authorityExtensions() throws IOException {
    ExtensionsGenerator extensions = new ExtensionsGenerator();
    extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
    extensions.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
    GeneralSubtree amazon =
        new GeneralSubtree(new GeneralName(GeneralName.dNSName, "amazonaws.com"));
    GeneralSubtree china =
        new GeneralSubtree(new GeneralName(GeneralName.dNSName, "amazonaws.com.cn"));
    extensions.addExtension(
        Extension.nameConstraints,
        true,
        new NameConstraints(new GeneralSubtree[] {amazon, china}, null));
    return extensions;
  }

  private static ExtensionsGenerator serverExtensions(List<String> hosts) throws IOException {
    ExtensionsGenerator extensions = new ExtensionsGenerator();
    extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    extensions.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    extensions.addExtension(Extension.extendedKeyUsage, false, new DERSequence(SERVER));
    extensions.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(
            hosts.stream()
                .map(host -> new GeneralName(GeneralName.dNSName, host))
                .toArray(GeneralName[]::new)));
    return extensions;
  }
}
