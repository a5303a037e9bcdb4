package dev.samdan.cli;

import dev.samdan.base.PlatformException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a repository elsewhere is opened; the secret itself comes on standard input. */
final class RemoteOptions {
  @Option(names = "--token", description = "An access token is on standard input (https).")
  boolean token;

  @Option(names = "--deploy-key", description = "A private key is on standard input (ssh).")
  boolean deployKey;

  @Option(
      names = "--github-app",
      paramLabel = "ID",
      description = "Act as this GitHub App; its private key is on standard input.")
  @Nullable String app;

  @Option(
      names = "--api",
      paramLabel = "URL",
      description = "GitHub's API; of an Enterprise Server https://HOST/api/v3.")
  @Nullable String api;

  @Option(
      names = "--poll",
      paramLabel = "SECONDS",
      description = "How often it is asked besides webhooks, 15 to 86400 (default: 60).")
  @Nullable Integer poll;

  @Option(
      names = "--repository",
      paramLabel = "NAME",
      description = "The repository here, where a tier has one of its own.")
  @Nullable String repository;

  /** The body of the request. */
  Map<String, Object> body(String url) {
    if ((token ? 1 : 0) + (deployKey ? 1 : 0) + (app != null ? 1 : 0) > 1) {
      throw PlatformException.invalid(
          "one secret comes on standard input: give --token, --deploy-key or --github-app, and"
              + " connect once more for another");
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("url", url);
    if (token) {
      body.put("token", StandardInput.secret("Token (not shown): ").strip());
    }
    if (deployKey) {
      body.put("deployKey", StandardInput.secret("Private key: "));
    }
    if (app != null) {
      body.put("appId", app);
      body.put("appKey", StandardInput.secret("Private key: "));
    }
    if (api != null) {
      body.put("api", api);
    }
    if (poll != null) {
      body.put("pollSeconds", poll);
    }
    if (repository != null) {
      body.put("repository", repository);
    }
    return body;
  }
}
