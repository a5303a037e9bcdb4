package dev.samdan.base;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The words that start a shim, decided before anything runs. */
final class ShimCommand {
  /** Where the shim itself finds its tools; the command's own PATH comes with its environment. */
  static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private static final Pattern SHELL_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  // Shells keep these for themselves and end when they are assigned.
  private static final Set<String> READ_ONLY =
      Set.of("UID", "EUID", "PPID", "BASHOPTS", "SHELLOPTS", "BASH_VERSINFO", "LINENO", "_");

  // Standard input holds what environmentScript gave.
  private static final String ENTER =
      "eval \"unset PATH OLDPWD; $(cat)\" && exec \"$@\" < /dev/null";

  private ShimCommand() {}

  static List<String> of(ShimSpec spec) {
    if (spec.command().isEmpty()) {
      throw PlatformException.invalid("there is no command to run");
    }
    Path folder = spec.folder().toAbsolutePath();
    List<String> words =
        new ArrayList<>(
            List.of(
                tool("setsid", "util-linux"),
                "/bin/sh",
                folder.resolve("shim").toString(),
                "run",
                folder.toString(),
                String.valueOf(Math.max(spec.logBytes(), 1)),
                spec.workingDirectory().toAbsolutePath().toString()));
    if (spec.nice() != 0) {
      words.addAll(List.of(tool("nice", "coreutils"), "-n", String.valueOf(spec.nice())));
    }
    Confinement confinement = spec.confinement();
    if (confinement != null) {
      words.addAll(confined(folder, spec, confinement));
    }
    // Only now the command's variables count: none of them reaches a tool that runs as root.
    words.addAll(List.of("/bin/sh", "-c", ENTER, "sh"));
    // A shell starts what it does not wait for with INT and QUIT ignored; this undoes it.
    words.addAll(List.of(env(), "--default-signal=INT,QUIT"));
    words.addAll(spec.command());
    return List.copyOf(words);
  }

  /** See {@code confine} in shim.sh. */
  private static List<String> confined(Path folder, ShimSpec spec, Confinement confinement) {
    List<String> words =
        new ArrayList<>(
            List.of(
                tool("unshare", "util-linux"),
                "--mount",
                "--propagation",
                "private",
                "/bin/sh",
                folder.resolve("shim").toString(),
                "confine",
                folder.toString(),
                confinement.cover().toString(),
                spec.workingDirectory().toAbsolutePath().toString(),
                tool("setpriv", "util-linux")));
    String uid = String.valueOf(confinement.uid());
    words.addAll(List.of("--", tool("setpriv", "util-linux"), "--reuid=" + uid, "--regid=" + uid));
    words.add(
        confinement.groups().isEmpty()
            ? "--clear-groups"
            : "--groups="
                + confinement.groups().stream()
                    .map(String::valueOf)
                    .collect(Collectors.joining(",")));
    words.addAll(List.of("--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"));
    return words;
  }

  /**
   * Assignments for the shim to evaluate; they come through a pipe, so that no list of processes
   * shows them. What no shell can assign goes before the command, to an env that at once gives way
   * to it.
   */
  static String environmentScript(ShimSpec spec) {
    StringBuilder script = new StringBuilder();
    StringBuilder others = new StringBuilder();
    for (Map.Entry<String, String> variable : spec.environment().entrySet()) {
      String name = variable.getKey();
      if (isForShell(name)) {
        script.append("export ").append(name).append('=');
        script.append(quoted(variable.getValue())).append('\n');
      } else {
        others.append(' ').append(quoted(name + "=" + variable.getValue()));
      }
    }
    if (!others.isEmpty()) {
      script.append("set -- ").append(env()).append(others).append(" \"$@\"\n");
    }
    return script.append("# complete\n").toString();
  }

  private static String quoted(String text) {
    return "'" + text.replace("\0", "").replace("'", "'\\''") + "'";
  }

  private static String env() {
    return tool("env", "coreutils");
  }

  private static boolean isForShell(String name) {
    return SHELL_NAME.matcher(name).matches() && !READ_ONLY.contains(name);
  }

  private static String tool(String name, String debianPackage) {
    for (String folder : PATH.split(":", -1)) {
      Path file = Path.of(folder, name);
      if (Files.isExecutable(file)) {
        return file.toString();
      }
    }
    throw PlatformException.unavailable(
        name + " is missing on this machine; install it (apt-get install " + debianPackage + ")");
  }
}
