package dev.samdan.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.build.Buildspec.RuntimeVersion;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuntimesTest {
  private static final List<Runtimes.Found> HERE =
      List.of(
          new Runtimes.Found("python", "3.11.2", "/usr/bin/python3"),
          new Runtimes.Found("python", "3.10.14", "/usr/bin/python3.10"),
          new Runtimes.Found("java", "25.0.1", "/opt/jdk-25"),
          new Runtimes.Found("java", "1.8.0", "/usr/lib/jvm/java-8"),
          new Runtimes.Found("nodejs", "20.11.1", "/usr/bin/node"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          python | 3.11        | 3.11.2 at /usr/bin/python3      |
          python | 3.x         | 3.11.2 at /usr/bin/python3      |
          python | latest      | 3.11.2 at /usr/bin/python3      |
          python | 3.10        | 3.10.14 at /usr/bin/python3.10  | python3.10
          python | 3.1         | 3.1 is not here; here is 3.11.2 |
          java   | corretto25  | 25.0.1 at /opt/jdk-25           |
          java   | openjdk8    | 1.8.0 at /usr/lib/jvm/java-8    | JAVA_HOME='/usr/lib/jvm/java-8'
          java   | $JAVA       | 25.0.1 at /opt/jdk-25           |
          nodejs | 18          | 18 is not here; here is 20.11.1 |
          ruby   | 3.2         | there is no ruby here           |
          """)
  void the_wanted_one_is_chosen_or_missed(String name, String version, String says, String puts) {
    Runtimes.Choice choice =
        Runtimes.choose(
            List.of(new RuntimeVersion(name, version, 4)),
            HERE,
            Map.of("JAVA", "corretto25"),
            "buildspec.yml",
            "Install it.");
    assertThat(choice.lines()).singleElement().asString().contains(says);
    assertThat(String.valueOf(choice.command())).contains(puts == null ? "null" : puts);
  }
}
