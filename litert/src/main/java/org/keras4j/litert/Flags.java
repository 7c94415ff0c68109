package org.keras4j.litert;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The messages {@code tflite.ModelFlags} and {@code tflite.ConverterFlags}, as far as they are needed. */
final class Flags {
  private static final int SAVED_MODEL_DIR = 20;
  private static final int SAVED_MODEL_VERSION = 21;
  private static final int SAVED_MODEL_TAGS = 22;
  private static final int SAVED_MODEL_EXPORTED_NAMES = 23;

  private static final int INPUT_FORMAT = 1;
  private static final int OUTPUT_FORMAT = 2;
  private static final int INFERENCE_TYPE = 4;
  private static final int INFERENCE_INPUT_TYPE = 11;
  private static final int POST_TRAINING_QUANTIZE = 26;
  private static final int QUANTIZE_TO_FLOAT16 = 29;
  private static final int ENABLE_MLIR_DYNAMIC_RANGE_QUANTIZER = 44;
  private static final int TFLITE = 2;
  private static final int FLOAT = 1;
  private static final int QUANTIZED_INT8 = 9;

  private Flags() {}

  static byte[] model(String folder) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    text(out, SAVED_MODEL_DIR, folder);
    number(out, SAVED_MODEL_VERSION, 1); // as the schema has it
    text(out, SAVED_MODEL_TAGS, "serve");
    text(out, SAVED_MODEL_EXPORTED_NAMES, "serving_default");
    return out.toByteArray();
  }

  static byte[] converter(LiteRtExport.Weights weights) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    number(out, INPUT_FORMAT, 1);
    number(out, OUTPUT_FORMAT, TFLITE);
    boolean all = weights == LiteRtExport.Weights.ALL_INT8;
    number(out, INFERENCE_TYPE, all ? QUANTIZED_INT8 : FLOAT);
    if (all) {
      number(out, INFERENCE_INPUT_TYPE, FLOAT);
      return out.toByteArray();
    }
    if (weights != LiteRtExport.Weights.FLOAT32) {
      number(out, POST_TRAINING_QUANTIZE, 1);
      number(out, ENABLE_MLIR_DYNAMIC_RANGE_QUANTIZER, 1);
    }
    if (weights == LiteRtExport.Weights.FLOAT16) {
      number(out, QUANTIZE_TO_FLOAT16, 1);
    }
    return out.toByteArray();
  }

  private static void number(ByteArrayOutputStream out, int field, int value) {
    varint(out, (long) field << 3);
    varint(out, value);
  }

  private static void text(ByteArrayOutputStream out, int field, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    varint(out, (long) field << 3 | 2);
    varint(out, bytes.length);
    out.writeBytes(bytes);
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long v = value;
    while (v > 127) {
      out.write((int) (v & 127 | 128));
      v >>>= 7;
    }
    out.write((int) v);
  }
}
