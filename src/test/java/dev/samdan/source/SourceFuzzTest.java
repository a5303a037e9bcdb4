package dev.samdan.source;

import dev.samdan.base.Fuzz;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fuzz")
class SourceFuzzTest {
  @Test
  void addresses_of_repositories() {
    Fuzz.ofTexts(
            "a repository's address",
            "https://github.com/team/app.git",
            "git@github.com:team/app.git",
            "ssh://git@host:22/a/b.git",
            "file:///srv/a.git",
            "/srv/a.git")
        .runTexts(RemoteUrl::parse);
  }

  @Test
  void names_of_releases() {
    Fuzz.ofTexts("a version", "1.2.3", "v10.20.30-rc.1").runTexts(Version::parse);
  }
}
