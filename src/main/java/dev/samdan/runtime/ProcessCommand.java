package dev.samdan.runtime;

import dev.samdan.base.PlatformException;
import dev.samdan.registry.ImageConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What runs in an unpacked image: decided from the image's configuration and the container's,
 * before anything runs. ENTRYPOINT, WORKDIR and absolute arguments that exist in the image are
 * meant below its root; a program that the image does not bring, such as a shell, is the machine's.
 */
record ProcessCommand(
    List<String> arguments, Path workingDirectory, Map<String, String> environment) {
  private static final String HOST_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /**
   * @param override runs instead of the image's and the container's command where it is not empty
   * @param variables injected ones; what the container declares wins over them, but for PORT
   * @param root where the image is unpacked
   */
  static ProcessCommand of(
      ImageConfig image,
      ContainerDefinition container,
      List<String> override,
      Map<String, String> variables,
      Path root) {
    List<String> arguments = new ArrayList<>();
    for (String argument : commandLine(image, container, override)) {
      arguments.add(relocated(argument, root));
    }
    String workdir =
        container.workingDirectory() != null ? container.workingDirectory() : image.workingDir();
    Path workingDirectory = workdir == null ? root : inside(root, workdir);
    return new ProcessCommand(
        arguments, workingDirectory, environment(image, container, variables, root));
  }

  private static List<String> commandLine(
      ImageConfig image, ContainerDefinition container, List<String> override) {
    if (!override.isEmpty()) {
      return override;
    }
    // Another ENTRYPOINT drops the image's CMD, as Docker does.
    boolean ownEntry = !container.entryPoint().isEmpty();
    List<String> words = new ArrayList<>(ownEntry ? container.entryPoint() : image.entrypoint());
    words.addAll(
        !container.command().isEmpty() ? container.command() : ownEntry ? List.of() : image.cmd());
    if (words.isEmpty()) {
      throw PlatformException.invalid(
          "image "
              + container.image()
              + " says nothing to run: give its Dockerfile an ENTRYPOINT or CMD");
    }
    return words;
  }

  private static String relocated(String argument, Path root) {
    if (argument.startsWith("/") && argument.length() > 1) {
      Path there = inside(root, argument);
      return Files.exists(there) ? there.toString() : argument;
    }
    return argument;
  }

  private static Map<String, String> environment(
      ImageConfig image, ContainerDefinition container, Map<String, String> variables, Path root) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("LANG", "C.UTF-8");
    environment.putAll(image.env());
    String javaHome = javaHome(image, root);
    environment.put("JAVA_HOME", javaHome);
    environment.put("PATH", path(image, root, javaHome));
    environment.put("HOME", root.toString());
    environment.putAll(variables);
    environment.putAll(container.environment());
    String port = variables.get("PORT");
    if (port != null) {
      environment.put("PORT", port);
    }
    environment.put("SAMDAN_ROOT", root.toString());
    return environment;
  }

  /** The image's own Java where it brings one, else the one that Samdan runs on. */
  private static String javaHome(ImageConfig image, Path root) {
    String named = image.env().get("JAVA_HOME");
    if (named != null && Files.isExecutable(inside(root, named).resolve("bin/java"))) {
      return inside(root, named).toString();
    }
    return System.getProperty("java.home");
  }

  private static String path(ImageConfig image, Path root, String javaHome) {
    List<String> folders = new ArrayList<>();
    for (String folder : image.env().getOrDefault("PATH", "").split(":")) {
      if (folder.startsWith("/") && Files.isDirectory(inside(root, folder))) {
        folders.add(inside(root, folder).toString());
      }
    }
    folders.add(javaHome + "/bin");
    folders.add(HOST_PATH);
    return String.join(":", folders);
  }

  /** A path of the image below its root; it cannot leave it. */
  static Path inside(Path root, String imagePath) {
    Path absolute = Path.of("/").resolve(imagePath).normalize();
    return root.resolve(Path.of("/").relativize(absolute)).normalize();
  }
}
