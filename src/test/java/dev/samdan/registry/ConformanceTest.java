package dev.samdan.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The OCI's own conformance suite, all its workflows, with sign-in. */
@Tag("soak")
class ConformanceTest {
  private static final String SUITE =
      "github.com/opencontainers/distribution-spec/conformance@v0.0.0-20260831232431-97274622c111";

  @TempDir Path folder;

  @Test
  void the_registry_conforms_to_the_oci_distribution_specification() throws Exception {
    assumeTrue(run(Map.of(), "go", "version").status() == 0, "go is not installed");
    Run installed = run(Map.of("GOBIN", folder.toString()), "go", "install", SUITE);
    assumeTrue(installed.status() == 0, () -> "the suite cannot be had: " + installed.output());

    try (TestRegistry registry = new TestRegistry(folder.resolve("home"))) {
      Run suite =
          run(
              environment(
                  "OCI_REGISTRY",
                  registry.uri("").getAuthority(),
                  "OCI_TLS",
                  "disabled",
                  "OCI_USERNAME",
                  "anyone",
                  "OCI_PASSWORD",
                  registry.token,
                  "OCI_VERSION",
                  "1.1",
                  "OCI_API_BLOBS_UPLOAD_CANCEL",
                  "true",
                  "OCI_API_BLOBS_DIGEST_HEADER",
                  "true",
                  "OCI_API_MANIFESTS_DIGEST_HEADER",
                  "true",
                  // The specification leaves further algorithms to the registry; this one has
                  // sha256.
                  "OCI_DATA_SHA512",
                  "false",
                  "OCI_RESULTS_DIR",
                  folder.resolve("results").toString()),
              folder.resolve("conformance").toString());
      assertThat(suite.status()).as(suite.output()).isZero();
    }
  }

  private static Map<String, String> environment(String... pairs) {
    Map<String, String> environment = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      environment.put(pairs[i], pairs[i + 1]);
    }
    return environment;
  }

  private record Run(int status, String output) {}

  private Run run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    ProcessBuilder builder = new ProcessBuilder(List.of(command)).directory(folder.toFile());
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return new Run(127, String.valueOf(e.getMessage()));
    }
    if (!process.waitFor(3, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      return new Run(124, "it did not end within three minutes");
    }
    return new Run(process.exitValue(), Files.readString(output));
  }
}
