package org.keras4j.backend.xla.runtime.pjrt;

import static org.lwjgl.system.MemoryUtil.memGetAddress;
import static org.lwjgl.system.MemoryUtil.memPutAddress;
import static org.lwjgl.system.MemoryUtil.memPutLong;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.xla.runtime.XlaException;
import org.lwjgl.system.JNI;
import org.lwjgl.system.MemoryUtil;

/** Makes executables of program texts, or of what an earlier process stored. */
final class PjrtCompiler {
  private static final byte[] FORMAT = "mlir".getBytes(StandardCharsets.US_ASCII);

  private final PjrtFunctions f;
  private final long client;
  private final String platform;
  private final @Nullable ProgramCache cache;
  private final long compile;

  PjrtCompiler(PjrtFunctions f, long client, String platform, @Nullable Path cache) {
    this.f = f;
    this.client = client;
    this.platform = platform;
    this.compile = f.api.function(PjrtLayout.Api.CLIENT_COMPILE, "Client_Compile");
    this.cache = cache != null && serializes() ? new ProgramCache(cache) : null;
  }

  boolean serializes() {
    return f.api.has(PjrtLayout.Api.EXECUTABLE_SERIALIZE)
        && f.api.has(PjrtLayout.Api.EXECUTABLE_DESERIALIZE_AND_LOAD)
        && f.api.has(PjrtLayout.Api.LOADED_EXECUTABLE_GET_EXECUTABLE)
        && f.api.has(PjrtLayout.Api.EXECUTABLE_DESTROY);
  }

  /**
   * The address of a loaded executable.
   *
   * @param options what it depends on
   * @param all options to compile it with: these, and others that change nothing in what it gives
   */
  long load(String text, byte[] options, byte[] all) {
    if (cache == null) {
      return compile(text, all);
    }
    String key = ProgramCache.key(text, options, platform);
    byte[] stored = cache.get(key);
    if (stored != null) {
      try {
        return deserialize(stored);
      } catch (XlaException e) {
        cache.remove(key); // of another make, or damaged
      }
    }
    long executable = compile(text, all);
    try {
      cache.put(key, serialize(executable));
    } catch (XlaException e) {
      // some executables cannot be stored
    }
    return executable;
  }

  private static ByteBuffer copy(byte[] bytes) {
    ByteBuffer b = MemoryUtil.memAlloc(Math.max(1, bytes.length));
    b.put(0, bytes);
    return b;
  }

  private long compile(String text, byte[] options) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer code = copy(utf8);
    ByteBuffer format = copy(FORMAT);
    ByteBuffer compileOptions = copy(options);
    try {
      Frame frame = Frame.get();
      long program = frame.struct(1, PjrtLayout.Program.SIZE);
      memPutAddress(program + PjrtLayout.Program.CODE, MemoryUtil.memAddress(code));
      memPutLong(program + PjrtLayout.Program.CODE_SIZE, utf8.length);
      memPutAddress(program + PjrtLayout.Program.FORMAT, MemoryUtil.memAddress(format));
      memPutLong(program + PjrtLayout.Program.FORMAT_SIZE, FORMAT.length);
      long s = frame.struct(0, PjrtLayout.ClientCompile.SIZE);
      memPutAddress(s + PjrtLayout.ClientCompile.CLIENT, client);
      memPutAddress(s + PjrtLayout.ClientCompile.PROGRAM, program);
      memPutAddress(
          s + PjrtLayout.ClientCompile.COMPILE_OPTIONS, MemoryUtil.memAddress(compileOptions));
      memPutLong(s + PjrtLayout.ClientCompile.COMPILE_OPTIONS_SIZE, options.length);
      f.api.call(compile, s);
      return memGetAddress(s + PjrtLayout.ClientCompile.EXECUTABLE);
    } finally {
      MemoryUtil.memFree(code);
      MemoryUtil.memFree(format);
      MemoryUtil.memFree(compileOptions);
    }
  }

  private long deserialize(byte[] stored) {
    ByteBuffer bytes = copy(stored);
    try {
      long s = Frame.get().struct(0, PjrtLayout.ExecutableDeserializeAndLoad.SIZE);
      memPutAddress(s + PjrtLayout.ExecutableDeserializeAndLoad.CLIENT, client);
      memPutAddress(
          s + PjrtLayout.ExecutableDeserializeAndLoad.SERIALIZED_EXECUTABLE,
          MemoryUtil.memAddress(bytes));
      memPutLong(
          s + PjrtLayout.ExecutableDeserializeAndLoad.SERIALIZED_EXECUTABLE_SIZE, stored.length);
      f.api.call(
          f.api.function(
              PjrtLayout.Api.EXECUTABLE_DESERIALIZE_AND_LOAD, "Executable_DeserializeAndLoad"),
          s);
      return memGetAddress(s + PjrtLayout.ExecutableDeserializeAndLoad.LOADED_EXECUTABLE);
    } finally {
      MemoryUtil.memFree(bytes);
    }
  }

  private byte[] serialize(long loaded) {
    Frame frame = Frame.get();
    long s = frame.struct(0, PjrtLayout.LoadedExecutableGetExecutable.SIZE);
    memPutAddress(s + PjrtLayout.LoadedExecutableGetExecutable.LOADED_EXECUTABLE, loaded);
    f.api.call(
        f.api.function(
            PjrtLayout.Api.LOADED_EXECUTABLE_GET_EXECUTABLE, "LoadedExecutable_GetExecutable"),
        s);
    long executable = memGetAddress(s + PjrtLayout.LoadedExecutableGetExecutable.EXECUTABLE);
    try {
      long t = frame.struct(0, PjrtLayout.ExecutableSerialize.SIZE);
      memPutAddress(t + PjrtLayout.ExecutableSerialize.EXECUTABLE, executable);
      f.api.call(f.api.function(PjrtLayout.Api.EXECUTABLE_SERIALIZE, "Executable_Serialize"), t);
      long size = memGetAddress(t + PjrtLayout.ExecutableSerialize.SERIALIZED_BYTES_SIZE);
      byte[] bytes = new byte[Math.toIntExact(size)];
      long from = memGetAddress(t + PjrtLayout.ExecutableSerialize.SERIALIZED_BYTES);
      MemoryUtil.memByteBuffer(from, bytes.length).get(bytes);
      long deleter =
          memGetAddress(t + PjrtLayout.ExecutableSerialize.SERIALIZED_EXECUTABLE_DELETER);
      if (deleter != 0) {
        JNI.invokePV(
            memGetAddress(t + PjrtLayout.ExecutableSerialize.SERIALIZED_EXECUTABLE), deleter);
      }
      return bytes;
    } finally {
      long d = frame.struct(0, PjrtLayout.ExecutableDestroy.SIZE);
      memPutAddress(d + PjrtLayout.ExecutableDestroy.EXECUTABLE, executable);
      f.api.call(f.api.function(PjrtLayout.Api.EXECUTABLE_DESTROY, "Executable_Destroy"), d);
    }
  }
}
