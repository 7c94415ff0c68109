package org.keras4j.backend.xla.runtime.pjrt;

import static org.lwjgl.system.MemoryUtil.memGetAddress;
import static org.lwjgl.system.MemoryUtil.memPutAddress;

/** The functions of a plugin that every client needs, by address, and the simplest calls of them. */
final class PjrtFunctions {
  final PjrtApi api;
  final long execute;
  final long bufferDestroy;
  final long bufferReadyEvent;
  final long bufferToHost;
  final long bufferFromHost;
  private final long eventAwait;
  private final long eventDestroy;

  PjrtFunctions(PjrtApi api) {
    this.api = api;
    execute = api.function(PjrtLayout.Api.LOADED_EXECUTABLE_EXECUTE, "LoadedExecutable_Execute");
    bufferDestroy = api.function(PjrtLayout.Api.BUFFER_DESTROY, "Buffer_Destroy");
    bufferReadyEvent = api.function(PjrtLayout.Api.BUFFER_READY_EVENT, "Buffer_ReadyEvent");
    bufferToHost = api.function(PjrtLayout.Api.BUFFER_TO_HOST_BUFFER, "Buffer_ToHostBuffer");
    bufferFromHost =
        api.function(PjrtLayout.Api.CLIENT_BUFFER_FROM_HOST_BUFFER, "Client_BufferFromHostBuffer");
    eventAwait = api.function(PjrtLayout.Api.EVENT_AWAIT, "Event_Await");
    eventDestroy = api.function(PjrtLayout.Api.EVENT_DESTROY, "Event_Destroy");
  }

  void destroyBuffer(long buffer) {
    long s = Frame.get().struct(3, PjrtLayout.BufferDestroy.SIZE);
    memPutAddress(s + PjrtLayout.BufferDestroy.BUFFER, buffer);
    api.call(bufferDestroy, s);
  }

  void destroyEvent(long event) {
    if (event != 0) {
      long s = Frame.get().struct(2, PjrtLayout.EventDestroy.SIZE);
      memPutAddress(s + PjrtLayout.EventDestroy.EVENT, event);
      api.call(eventDestroy, s);
    }
  }

  /** Waits for an event and destroys it; a failure it stands for is thrown. */
  void await(long event) {
    if (event == 0) {
      return;
    }
    try {
      long s = Frame.get().struct(2, PjrtLayout.EventAwait.SIZE);
      memPutAddress(s + PjrtLayout.EventAwait.EVENT, event);
      api.call(eventAwait, s);
    } finally {
      destroyEvent(event);
    }
  }

  void awaitBuffer(long buffer) {
    long s = Frame.get().struct(0, PjrtLayout.BufferReadyEvent.SIZE);
    memPutAddress(s + PjrtLayout.BufferReadyEvent.BUFFER, buffer);
    api.call(bufferReadyEvent, s);
    await(memGetAddress(s + PjrtLayout.BufferReadyEvent.EVENT));
  }
}
