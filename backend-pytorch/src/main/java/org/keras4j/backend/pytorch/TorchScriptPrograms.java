package org.keras4j.backend.pytorch;

import java.io.IOException;
import java.nio.file.Path;
import org.keras4j.core.spi.ForeignProgram;
import org.keras4j.core.spi.ProgramFormat;

/** The format {@code "torchscript"} of programs to be trained: files that {@code torch.jit.save} wrote. */
public final class TorchScriptPrograms implements ProgramFormat {
  /** Found by {@code ServiceLoader}. */
  public TorchScriptPrograms() {}

  @Override
  public String name() {
    return "torchscript";
  }

  @Override
  public ForeignProgram load(Path source) throws IOException {
    return TorchScriptProgram.load(source);
  }

  @Override
  public ForeignProgram read(byte[] program) throws IOException {
    return TorchScriptProgram.read(program);
  }
}
