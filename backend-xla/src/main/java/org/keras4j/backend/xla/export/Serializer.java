package org.keras4j.backend.xla.export;

import static org.lwjgl.system.JNI.invokeP;
import static org.lwjgl.system.JNI.invokePI;
import static org.lwjgl.system.JNI.invokePP;
import static org.lwjgl.system.JNI.invokePPPPPP;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.keras4j.core.internal.io.AtomicFile;
import org.lwjgl.system.APIUtil;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.system.SharedLibrary;

/**
 * Portable artifacts of StableHLO by the compiler inside TensorFlow's natives, which has no entry for C: it is called by the name that
 * the C++ compiler gave its function, with objects laid out as that compiler lays them out. A mistake would end the process, so this
 * is the main class of a process of its own.
 */
final class Serializer {
  /** How a line begins that says what was not taken. */
  static final String REFUSED = "refused: ";

  /** The ending of the files. */
  static final String ENDING = ".mlirbc";

  // std::string RunPassPipeline(const std::string& text, const std::string& passes, bool,
  // TF_Status*)
  private static final String RUN =
      "_ZN10tensorflow27ExperimentalRunPassPipelineERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEES7_bP10TSL_Status";

  /** What TensorFlow 2.20 writes; later versions of it are told. */
  private static final String VERSION = "1.7.3";

  // std::string of libstdc++: where its bytes are and how many, in 32 bytes
  private static final int STRING = 32;
  private static final int SIZE = 8;
  private static final int MOST_SAID = 2000;

  private final SharedLibrary library;

  private Serializer(SharedLibrary library) {
    this.library = library;
  }

  /**
   * Makes sure that there is a compiler.
   *
   * @throws IllegalStateException if there is none for this platform
   */
  static void requirePlatform() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch");
    if (!os.contains("linux") || !(arch.equals("amd64") || arch.equals("x86_64"))) {
      throw new IllegalStateException("StableHLO is written as bytes on Linux on x86-64 alone,"
          + " whose natives of TensorFlow can; this is " + System.getProperty("os.name") + " on "
          + arch + ": export it as text, \"stablehlo\"");
    }
  }

  /**
   * Writes an artifact beside each module.
   *
   * @param args the folder
   */
  public static void main(String[] args) throws IOException {
    requirePlatform();
    String file = Loader.load(org.tensorflow.internal.c_api.global.tensorflow.class);
    Path natives = Objects.requireNonNull(Path.of(file).toAbsolutePath().getParent());
    Serializer s = new Serializer(
        APIUtil.apiCreateLibrary(natives.resolve("libtensorflow_cc.so.2").toString()));
    try (Stream<Path> all = Files.list(Path.of(args[0]))) {
      for (Path module :
          all.filter(p -> p.toString().endsWith(".mlir")).sorted().toList()) {
        byte[] artifact = s.artifact(Files.readString(module));
        String name = module.getFileName().toString().replaceFirst("\\.mlir$", ENDING);
        AtomicFile.write(module.resolveSibling(name), out -> out.write(artifact));
      }
    } catch (IllegalArgumentException e) {
      System.out.println(REFUSED + String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
      System.out.flush();
      Runtime.getRuntime().halt(2);
    }
  }

  private byte[] artifact(String module) {
    return ArtifactText.artifact(
        run(ArtifactText.call(module, VERSION), ArtifactText.passes(module)));
  }

  private ByteBuffer run(String text, String passes) {
    long status = invokeP(function("TF_NewStatus"));
    long result = MemoryUtil.nmemCallocChecked(1, STRING);
    invokePPPPPP(result, string(text), string(passes), 0, status, function(RUN));
    if (invokePI(status, function("TF_GetCode")) != 0) {
      String said = MemoryUtil.memUTF8(invokePP(status, function("TF_Message")));
      throw new IllegalArgumentException(
          said.length() > MOST_SAID ? said.substring(0, MOST_SAID) + "..." : said);
    }
    int size = Math.toIntExact(MemoryUtil.memGetLong(result + SIZE));
    return MemoryUtil.memByteBuffer(MemoryUtil.memGetAddress(result), size);
  }

  // kept until the process ends
  private static long string(String s) {
    byte[] bytes = s.getBytes(StandardCharsets.UTF_8);
    long memory = MemoryUtil.nmemAllocChecked(bytes.length + 1L);
    ByteBuffer to = MemoryUtil.memByteBuffer(memory, bytes.length + 1);
    to.put(bytes).put((byte) 0);
    long out = MemoryUtil.nmemCallocChecked(1, STRING);
    MemoryUtil.memPutAddress(out, memory);
    MemoryUtil.memPutLong(out + SIZE, bytes.length);
    MemoryUtil.memPutLong(out + 2 * SIZE, bytes.length);
    return out;
  }

  private long function(String name) {
    long address = library.getFunctionAddress(name);
    if (address == 0) {
      throw new IllegalStateException(
          "The compiler of this version of TensorFlow's natives is another one: it has no " + name);
    }
    return address;
  }
}
