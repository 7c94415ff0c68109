package org.keras4j.backend.pytorch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.internal.CFunctions;

class CFunctionsTest {
  private final CFunctions functions = new CFunctions(Loader.class);

  /** What the C library's {@code system} runs has the environment that native code sees. */
  private String seenByNativeCode(String name, Path folder) throws IOException {
    Path file = folder.resolve(name);
    try (BytePointer command = new BytePointer("printf '%s' \"$" + name + "\" > '" + file + "'")) {
      functions.call("system", command.address());
    }
    return Files.readString(file);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void variablesReachNativeCode(@TempDir Path folder) throws IOException {
    assertEquals("", seenByNativeCode("KERAS4J_TESTED", folder));
    functions.setDefault("KERAS4J_TESTED", "a value");
    assertEquals("a value", seenByNativeCode("KERAS4J_TESTED", folder));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void whatTheUserSetStays(@TempDir Path folder) throws IOException {
    functions.setDefault("PATH", "/nowhere");
    assertEquals(System.getenv("PATH"), seenByNativeCode("PATH", folder));
  }

  @Test
  void nothingIsCalledThatIsNotThere() {
    functions.call("keras4j_has_no_such_function", 1);
  }
}
