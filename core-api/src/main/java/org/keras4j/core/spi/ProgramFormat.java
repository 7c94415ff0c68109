package org.keras4j.core.spi;

import java.io.IOException;
import java.nio.file.Path;

/** Reads programs that another framework exported, to be trained; found by {@link java.util.ServiceLoader}. */
public interface ProgramFormat {
  /** The name of the format, {@code "torchscript"}. */
  String name();

  /**
   * Loads a program with its weights.
   *
   * @param source the file or folder
   * @throws IOException if it cannot be read, or is none of that format
   * @throws IllegalArgumentException if it is a program that cannot be a layer, saying why
   */
  ForeignProgram load(Path source) throws IOException;

  /**
   * Reads what {@link ForeignProgram#bytes} gave; the values of the weights are zeros.
   *
   * @throws IOException if it is none of that format
   */
  ForeignProgram read(byte[] program) throws IOException;
}
