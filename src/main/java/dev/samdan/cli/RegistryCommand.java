package dev.samdan.cli;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code samdan registry}: the registry and this machine. */
@Command(name = "registry", description = "The registry and this machine's engine: trust.")
public final class RegistryCommand extends Verb {
  private static final String ADDRESS = "/registry/ecr-hosts";

  @Command(
      description =
          "Lets this machine's docker find the registry under names of ECR, outside builds too: a"
              + " certificate authority and /etc/hosts. Needs root.")
  void trust(
      @Parameters(
              paramLabel = "HOST",
              arity = "0..*",
              description =
                  "Such as 123456789012.dkr.ecr.ap-northeast-2.amazonaws.com; without any, the ones"
                      + " that the files of this folder name.")
          List<String> hosts,
      @Option(names = "--remove", description = "Undoes it; with hosts, for these only.")
          boolean remove) {
    requireRoot();
    TreeSet<String> wanted = new TreeSet<>();
    api().get(ADDRESS).path("hosts").forEach(h -> wanted.add(h.asString()));
    List<String> named = hosts == null ? List.of() : hosts;
    if (!remove) {
      wanted.addAll(named.isEmpty() ? EcrNames.in(Path.of("").toAbsolutePath()) : named);
    } else if (named.isEmpty()) {
      wanted.clear();
    } else {
      wanted.removeAll(named);
    }
    JsonNode trust = api().put(ADDRESS, Map.of("hosts", new ArrayList<>(wanted)));
    MachineTrust machine = new MachineTrust(Path.of("/etc"), Path.of("/usr/local/share"));
    List<Path> written =
        machine.apply(new ArrayList<>(wanted), text(trust, "address"), text(trust, "certificate"));
    if (wantsJson()) {
      print(trust);
      return;
    }
    written.forEach(file -> System.out.println("wrote " + file));
    System.out.println(
        wanted.isEmpty()
            ? "This machine knows Samdan's registry under no name of ECR any more."
            : "docker login, build, push and pull take "
                + String.join(", ", wanted)
                + " for Samdan's registry.");
  }

  private static void requireRoot() {
    try {
      if (!Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
        throw PlatformException.invalid(
            "this changes /etc/hosts and what the machine trusts: run it as root, with --home for"
                + " your home (sudo samdan registry trust --home ~/.samdan)");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
