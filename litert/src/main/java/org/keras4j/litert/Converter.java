package org.keras4j.litert;

import static org.lwjgl.system.JNI.invokePPPP;
import static org.lwjgl.system.JNI.invokePPPPPP;
import static org.lwjgl.system.JNI.invokePPPV;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.bytedeco.javacpp.Loader;
import org.keras4j.core.internal.io.AtomicFile;
import org.lwjgl.system.APIUtil;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.system.SharedLibrary;

/**
 * TensorFlow's converter to LiteRT, which lies in TensorFlow's natives without an entry for C: it is called by the names that the
 * C++ compiler gave its functions, with objects laid out as that compiler lays them out. A mistake would end the process, so this is
 * the main class of a process of its own.
 */
final class Converter {
  /** How a line begins that says what the converter did not take. */
  static final String REFUSED = "refused: ";

  private static final String CONVERT =
      "_ZN10tensorflow35ConvertSavedModelToTFLiteFlatBufferERKN6tflite10ModelFlagsERNS0_14ConverterFlags"
          + "EPNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEPKNS_12quantization17PyFunctionLibraryE";
  private static final String MODEL_FLAGS = "_ZN6tflite10ModelFlagsC1EPN6google8protobuf5ArenaEb";
  private static final String CONVERTER_FLAGS =
      "_ZN6tflite14ConverterFlagsC1EPN6google8protobuf5ArenaEb";
  private static final String PARSE = "_ZN6google8protobuf11MessageLite14ParseFromArrayEPKvi";

  /** More than any of the messages takes. */
  private static final int MESSAGE = 8192;

  // std::string of libstdc++: where its bytes are, how many, and room for short ones
  private static final int STRING = 32;
  private static final int SIZE = 8;
  private static final int SHORT = 16;

  private Converter() {}

  /**
   * Makes sure that there is a converter.
   *
   * @throws IllegalStateException if there is none for this platform
   */
  static void requirePlatform() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch");
    if (!os.contains("linux") || !(arch.equals("amd64") || arch.equals("x86_64"))) {
      throw new IllegalStateException(
          "An export to LiteRT runs on Linux on x86-64 alone, whose natives of"
              + " TensorFlow hold the converter; this is " + System.getProperty("os.name") + " on "
              + arch);
    }
  }

  /**
   * Converts.
   *
   * @param args the SavedModel's folder, the file to write, and how weights are stored
   */
  public static void main(String[] args) throws IOException {
    requirePlatform();
    ByteBuffer model = convert(args[0], LiteRtExport.Weights.valueOf(args[2]));
    AtomicFile.write(Path.of(args[1]), out -> out.write(model));
  }

  private static ByteBuffer convert(String folder, LiteRtExport.Weights weights) {
    String file = Loader.load(org.tensorflow.internal.c_api.global.tensorflow.class);
    Path natives = Objects.requireNonNull(Path.of(file).toAbsolutePath().getParent());
    SharedLibrary framework =
        APIUtil.apiCreateLibrary(natives.resolve("libtensorflow_framework.so.2").toString());
    SharedLibrary converter =
        APIUtil.apiCreateLibrary(natives.resolve("libtensorflow_cc.so.2").toString());
    long modelFlags = message(framework, MODEL_FLAGS, Flags.model(folder));
    long converterFlags = message(framework, CONVERTER_FLAGS, Flags.converter(weights));
    long result = MemoryUtil.nmemCallocChecked(1, STRING);
    MemoryUtil.memPutAddress(result, result + SHORT);
    long status = MemoryUtil.nmemCallocChecked(1, STRING);
    invokePPPPPP(status, modelFlags, converterFlags, result, 0, function(converter, CONVERT));
    long code = MemoryUtil.memGetAddress(status);
    if (code != 0) {
      System.out.println(REFUSED + reason(code));
      System.out.flush();
      Runtime.getRuntime().halt(2);
    }
    int size = Math.toIntExact(MemoryUtil.memGetLong(result + SIZE));
    return MemoryUtil.memByteBuffer(MemoryUtil.memGetAddress(result), size);
  }

  private static long message(SharedLibrary library, String constructor, byte[] bytes) {
    long m = MemoryUtil.nmemCallocChecked(1, MESSAGE);
    invokePPPV(m, 0, 0, function(library, constructor));
    ByteBuffer b = MemoryUtil.memAlloc(bytes.length);
    b.put(bytes).flip();
    long parsed = invokePPPP(m, MemoryUtil.memAddress(b), bytes.length, function(library, PARSE));
    if ((parsed & 0xff) == 0) {
      throw new IllegalStateException("The converter's flags were not understood");
    }
    return m;
  }

  private static long function(SharedLibrary library, String name) {
    long address = library.getFunctionAddress(name);
    if (address == 0) {
      throw new IllegalStateException(
          "The converter of this version of TensorFlow's natives is another one: it has no "
              + name);
    }
    return address;
  }

  // absl::Status: a code in the word itself, or the address of code and message, marked by its
  // lowest bit
  private static String reason(long word) {
    if ((word & 1) == 0) {
      return "code " + (word >> 2);
    }
    long text = word - 1 + SIZE;
    int n = (int) Math.min(1 << 16, MemoryUtil.memGetLong(text + SIZE));
    ByteBuffer bytes = MemoryUtil.memByteBuffer(MemoryUtil.memGetAddress(text), n);
    return StandardCharsets.UTF_8
        .decode(bytes)
        .toString()
        .replaceAll("\\s+", " ")
        .strip();
  }
}
