package dev.samdan.runtime;

import dev.samdan.base.PlatformException;
import dev.samdan.isolation.Isolation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What of the machine itself a task definition asks for. In a container, where processes may be
 * root, its folders, privileges and wider capabilities make root of whoever pushes the file, so an
 * application needs the word of who runs Samdan for them.
 */
final class MachineAccess {
  /** Docker's own default, and those that reach no further than the container. */
  private static final Set<String> HARMLESS =
      Set.of(
          "AUDIT_WRITE",
          "CHOWN",
          "DAC_OVERRIDE",
          "FOWNER",
          "FSETID",
          "IPC_LOCK",
          "KILL",
          "MKNOD",
          "NET_BIND_SERVICE",
          "NET_RAW",
          "SETFCAP",
          "SETGID",
          "SETPCAP",
          "SETUID",
          "SYS_CHROOT",
          "SYS_NICE",
          "SYS_PTRACE");

  private final Isolation isolation;

  MachineAccess(Isolation isolation) {
    this.isolation = isolation;
  }

  /**
   * INVALID where containers of a definition would have what the application is not trusted with.
   */
  void require(String application, TaskDefinition definition) {
    List<String> asked = asked(definition);
    if (!asked.isEmpty() && !isolation.trusts(application)) {
      throw PlatformException.invalid(
          definition.name()
              + " asks for the machine itself: "
              + String.join("; ", asked)
              + ". That makes root of whoever pushes, so who runs Samdan allows it for an"
              + " application (samdan up --machine-access "
              + application
              + "); or take it out of taskdef.json. A volume without host.sourcePath is kept by"
              + " Samdan.");
    }
  }

  /** Each as a phrase. */
  static List<String> asked(TaskDefinition definition) {
    List<String> asked = new ArrayList<>();
    for (Volume volume : definition.volumes()) {
      if (volume.sourcePath() != null) {
        asked.add("volume " + volume.name() + " is its folder " + volume.sourcePath());
      }
    }
    for (ContainerDefinition container : definition.containerDefinitions()) {
      String name = "container " + container.name();
      if (container.options().privileged()) {
        asked.add(name + " is privileged");
      }
      for (String added : container.linuxParameters().addedCapabilities()) {
        String capability = added.toUpperCase(Locale.ROOT).replaceFirst("^CAP_", "");
        if (!HARMLESS.contains(capability)) {
          asked.add(name + " adds the capability " + added);
        }
      }
      for (String option : container.options().dockerSecurityOptions()) {
        if (!option.startsWith("no-new-privileges")) {
          asked.add(name + " has the security option " + option);
        }
      }
    }
    return asked;
  }

  /** A folder of this machine that a task definition names: any but Samdan's own. */
  static Path folder(Path home, String volume, String sourcePath) {
    Path folder = Path.of(sourcePath).normalize();
    try {
      boolean own = Files.exists(folder) && folder.toRealPath().startsWith(home.toRealPath());
      if (own || folder.startsWith(home)) {
        throw PlatformException.invalid(
            "volume "
                + volume
                + " names "
                + sourcePath
                + ", which lies in Samdan's home: name another folder of the machine, or leave"
                + " host.sourcePath out for a volume that Samdan keeps");
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
