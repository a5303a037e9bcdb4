package dev.samdan.application;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What stands in the place of CodeDeploy's Lambda functions: a command that runs once in the new
 * image, or one http(s) address that is called.
 *
 * @param command its words; the address alone where one is called
 * @param timeout after which it counts as failed; CodeDeploy's hour where nothing is said
 */
public record HookDeclaration(List<String> command, Duration timeout) {
  /** CodeDeploy waits an hour for a hook's answer (user guide, AppSpec "hooks" for ECS). */
  public static final Duration TIMEOUT = Duration.ofHours(1);

  public HookDeclaration {
    command = List.copyOf(command);
  }

  /** A line of a shell, or an address. */
  public static HookDeclaration of(String text, Duration timeout) {
    return isAddress(text)
        ? new HookDeclaration(List.of(text), timeout)
        : new HookDeclaration(List.of("sh", "-c", text), timeout);
  }

  /** The address that is called; empty where a command runs. */
  public Optional<URI> address() {
    return command.size() == 1 && isAddress(command.getFirst())
        ? Optional.of(URI.create(command.getFirst()))
        : Optional.empty();
  }

  /** As people read it. */
  public String text() {
    boolean line =
        command.size() == 3 && command.get(0).equals("sh") && command.get(1).equals("-c");
    return line ? command.get(2) : String.join(" ", command);
  }

  private static boolean isAddress(String text) {
    if (!text.matches("(?i)https?://\\S+")) {
      return false;
    }
    try {
      return URI.create(text).getHost() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
