package dev.samdan.console;

import java.util.ArrayList;
import java.util.List;

/** How many deliveries move, wait for a person and failed, as a sentence. */
record Tally(int moving, int waiting, int failed) {
  private static final String[] ENGLISH = {
    "", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"
  };
  private static final String[] KOREAN = {
    "", "하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉", "열"
  };

  boolean quiet() {
    return moving + waiting + failed == 0;
  }

  /** Such as "Two deliveries are moving, one waits for you, one failed." */
  String sentence(Words words) {
    return words.korean() ? korean() : english();
  }

  private String english() {
    List<String> parts = new ArrayList<>();
    if (moving > 0) {
      parts.add(count(moving) + (moving == 1 ? " delivery is moving" : " deliveries are moving"));
    }
    if (waiting > 0) {
      String noun = parts.isEmpty() ? waiting == 1 ? " delivery" : " deliveries" : "";
      parts.add(count(waiting) + noun + (waiting == 1 ? " waits for you" : " wait for you"));
    }
    if (failed > 0) {
      String noun = parts.isEmpty() ? failed == 1 ? " delivery" : " deliveries" : "";
      parts.add(count(failed) + noun + " failed");
    }
    String text = String.join(", ", parts);
    return text.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + text.substring(1) + ".";
  }

  private static String count(int number) {
    return number < ENGLISH.length ? ENGLISH[number] : String.valueOf(number);
  }

  private String korean() {
    if (moving > 0 && waiting > 0) {
      String first = "배포 " + subject(moving) + " 진행 중이고 " + topic(waiting) + " 내 승인을 기다려요.";
      return failed > 0 ? first + " " + topic(failed) + " 실패했어요." : first;
    }
    if (moving > 0) {
      return "배포 "
          + subject(moving)
          + (failed > 0 ? " 진행 중이고 " + topic(failed) + " 실패했어요." : " 진행 중이에요.");
    }
    if (waiting > 0) {
      return "배포 "
          + subject(waiting)
          + (failed > 0 ? " 내 승인을 기다리고 " + topic(failed) + " 실패했어요." : " 내 승인을 기다려요.");
    }
    return "배포 " + subject(failed) + " 실패했어요.";
  }

  private static String subject(int number) {
    if (number >= KOREAN.length) {
      return number + "개가";
    }
    return KOREAN[number] + (number == 1 ? "가" : "이");
  }

  private static String topic(int number) {
    if (number >= KOREAN.length) {
      return number + "개는";
    }
    return KOREAN[number] + (number == 1 ? "는" : "은");
  }
}
