package dev.samdan.runtime;

import com.github.dockerjava.api.exception.NotFoundException;
import dev.samdan.engine.Engine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * An image whose only program waits for ever, so that a container of it holds the network that the
 * containers of a task share while they come and go. The program is a dozen instructions, written
 * here, because no image may have to be pulled for it.
 */
final class PauseImage {
  private static final String TAG = "pause:1";
  private static final long LOADED_AT = 0x400000;
  private static final int HEADERS = 64 + 56;

  /** By Go's word for the architecture: ELF's number for it and the loop around pause(2). */
  private static final Map<String, Program> PROGRAMS =
      Map.of(
          // mov eax, 34 (pause); syscall; jmp to the start
          "amd64",
          new Program(62, "b8220000000f05ebf7"),
          // x0 to x3 = 0, x8 = 73 (ppoll); svc 0; b to the start
          "arm64",
          new Program(183, "000080d2010080d2020080d2030080d2280980d2010000d4faffff17"));

  private record Program(int machine, String code) {}

  private PauseImage() {}

  /** Its name in the engine, where it is made if it is missing. */
  static String in(Engine engine) {
    String name = "samdan-" + engine.homeId() + "/" + TAG;
    try {
      var _ = engine.ask(client -> client.inspectImageCmd(name).exec());
    } catch (NotFoundException absent) {
      engine.load(
          name,
          layer(program(engine.require().architecture())),
          List.of("/pause"),
          engine.labels("pause", TAG));
    }
    return name;
  }

  /** An executable of one segment (System V ABI, ELF-64 Object File Format). */
  static byte[] program(String architecture) {
    Program program = PROGRAMS.get(architecture);
    if (program == null) {
      throw new IllegalStateException("no pause program for " + architecture);
    }
    byte[] code = HexFormat.of().parseHex(program.code());
    long size = HEADERS + (long) code.length;
    ByteBuffer elf = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
    elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    elf.putShort((short) 2).putShort((short) program.machine()).putInt(1);
    elf.putLong(LOADED_AT + HEADERS).putLong(64).putLong(0).putInt(0);
    elf.putShort((short) 64).putShort((short) 56).putShort((short) 1);
    elf.putShort((short) 0).putShort((short) 0).putShort((short) 0);
    elf.putInt(1).putInt(5).putLong(0).putLong(LOADED_AT).putLong(LOADED_AT);
    elf.putLong(size).putLong(size).putLong(0x1000);
    return elf.put(code).array();
  }

  private static byte[] layer(byte[] program) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      TarArchiveEntry entry = new TarArchiveEntry("pause");
      entry.setMode(0100755);
      entry.setModTime(0L);
      entry.setSize(program.length);
      tar.putArchiveEntry(entry);
      tar.write(program);
      tar.closeArchiveEntry();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
