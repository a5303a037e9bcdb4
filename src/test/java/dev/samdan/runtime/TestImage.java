package dev.samdan.runtime;

import dev.samdan.base.Digest;
import dev.samdan.base.Json;
import dev.samdan.registry.Registry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Real OCI images with {@link TestServer} in them. */
public final class TestImage {
  private static final String REPOSITORY = "sample/api";
  private static final List<String> CLASSES = List.of("TestServer", "TestServer$Body");

  private TestImage() {}

  /** Pushes an image whose server has this version; gives {@code repository@digest}. */
  public static String server(Registry registry, Map<String, String> environment) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(
        "app/boot.sh",
        "#!/bin/sh\nexec \"$JAVA_HOME/bin/java\" -Xshare:auto -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx32m -cp . dev.samdan.runtime.TestServer\n"
            .getBytes(StandardCharsets.UTF_8));
    files.put(
        "app/migrate.sh",
        "echo migrating \"$PGDATABASE\"; exit ${MIGRATE_EXIT:-0}\n"
            .getBytes(StandardCharsets.UTF_8));
    for (String name : CLASSES) {
      files.put("app/dev/samdan/runtime/" + name + ".class", classFile(name));
    }
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("Entrypoint", List.of("/app/boot.sh"));
    config.put("WorkingDir", "/app");
    config.put(
        "Env", environment.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
    config.put("Volumes", Map.of("/data", Map.of()));
    return push(registry, files, config);
  }

  /** An image that brings an operating system of its own. */
  static String system(Registry registry) {
    return push(
        registry,
        Map.of("etc/os-release", "ID=debian\n".getBytes(StandardCharsets.UTF_8)),
        Map.of("Cmd", List.of("/bin/true")));
  }

  /** What {@link TestServer} does as shell scripts on busybox, for a container. */
  public static String shell(Registry registry, Map<String, String> environment) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("Entrypoint", List.of("/app/boot.sh"));
    config.put("WorkingDir", "/app");
    List<String> variables = new java.util.ArrayList<>(List.of("PATH=/bin"));
    environment.forEach((name, value) -> variables.add(name + "=" + value));
    config.put("Env", variables);
    config.put("Volumes", Map.of("/data", Map.of()));
    config.put("ExposedPorts", Map.of("8080/tcp", Map.of()));
    return push(
        registry,
        Map.of(
            "app/boot.sh",
            script(
                """
                echo "starting $VERSION"
                if [ -n "$EXIT" ]; then echo "ERROR cannot go on" >&2; exit "$EXIT"; fi
                trap 'kill $!; exit 143' TERM
                port=${OWN_PORT:-${PORT:-8080}}
                nc -ll -p "$port" -e /app/answer.sh &
                echo "listening on $port"
                wait
                """),
            "app/answer.sh",
            script(
                """
                read -r method path rest
                while read -r line && [ ${#line} -gt 1 ]; do :; done
                status=200
                case $path in
                  /health) status=${HEALTH:-200} body="{}" ;;
                  /api/version) status=${API:-200} body=$VERSION ;;
                  /api/env) body=$(env) ;;
                  /api/count) n=$(cat /data/count 2>/dev/null); body=$((${n:-0} + 1)); printf %s "$body" >/data/count ;;
                  /run*) body=$(sh -c "$(printf %b "$(echo "${path#/run?}" | sed 's/%/\\\\x/g')")" 2>&1) ;;
                  *) status=404 ;;
                esac
                printf 'HTTP/1.1 %s OK\\r\\nContent-Length: %s\\r\\nConnection: close\\r\\n\\r\\n%s' "$status" "${#body}" "$body"
                """),
            "app/migrate.sh",
            "echo migrating \"$PGDATABASE\"; exit ${MIGRATE_EXIT:-0}\n"
                .getBytes(StandardCharsets.UTF_8)),
        config,
        true);
  }

  private static byte[] script(String body) {
    return ("#!/bin/sh\n" + body).getBytes(StandardCharsets.UTF_8);
  }

  private static String push(
      Registry registry, Map<String, byte[]> files, Map<String, Object> config) {
    return push(registry, files, config, false);
  }

  private static String push(
      Registry registry, Map<String, byte[]> files, Map<String, Object> config, boolean busybox) {
    byte[] layer = tar(files, busybox);
    byte[] configuration =
        Json.bytes(
            Map.of(
                "architecture",
                "amd64",
                "os",
                "linux",
                "config",
                config,
                "rootfs",
                Map.of("type", "layers", "diff_ids", List.of(Digest.of(layer).toString()))));
    registry.putBlob(REPOSITORY, new ByteArrayInputStream(layer));
    registry.putBlob(REPOSITORY, new ByteArrayInputStream(configuration));
    String type = "application/vnd.oci.image.manifest.v1+json";
    byte[] manifest =
        Json.bytes(
            Map.of(
                "schemaVersion",
                2,
                "mediaType",
                type,
                "config",
                descriptor("application/vnd.oci.image.config.v1+json", configuration),
                "layers",
                List.of(descriptor("application/vnd.oci.image.layer.v1.tar", layer))));
    Digest digest = registry.putManifest(REPOSITORY, "latest", manifest, type);
    return REPOSITORY + "@" + digest;
  }

  private static Map<String, Object> descriptor(String type, byte[] content) {
    return Map.of(
        "mediaType", type, "digest", Digest.of(content).toString(), "size", content.length);
  }

  private static byte[] tar(Map<String, byte[]> files, boolean busybox) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
        entry.setSize(file.getValue().length);
        entry.setMode(file.getKey().endsWith(".sh") ? 0100755 : 0100644);
        tar.putArchiveEntry(entry);
        tar.write(file.getValue());
        tar.closeArchiveEntry();
      }
      if (busybox) {
        dev.samdan.engine.TestImage.addTo(tar);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] classFile(String name) {
    try (InputStream in = TestServer.class.getResourceAsStream(name + ".class")) {
      return Objects.requireNonNull(in).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
