package org.keras4j.backend.xla.runtime.pjrt;

/**
 * Sizes and offsets of the structs of PJRT's C interface on 64-bit machines, as {@code
 * xla/pjrt/c/pjrt_c_api.h} lays them out. A size is the end of the last field, without padding behind it.
 */
final class PjrtLayout {
  private PjrtLayout() {}

  /** The minor version of the header these were taken from. */
  static final int MINOR = 90;

  /** The table of functions. */
  static final class Api {
    static final int MAJOR_VERSION = 32;
    static final int MINOR_VERSION = 36;
    static final int ERROR_DESTROY = 40;
    static final int ERROR_MESSAGE = 48;
    static final int ERROR_GET_CODE = 56;
    static final int PLUGIN_INITIALIZE = 64;
    static final int EVENT_DESTROY = 80;
    static final int EVENT_IS_READY = 88;
    static final int EVENT_AWAIT = 104;
    static final int CLIENT_CREATE = 120;
    static final int CLIENT_DESTROY = 128;
    static final int CLIENT_PLATFORM_NAME = 136;
    static final int CLIENT_PLATFORM_VERSION = 152;
    static final int CLIENT_ADDRESSABLE_DEVICES = 168;
    static final int CLIENT_COMPILE = 200;
    static final int CLIENT_BUFFER_FROM_HOST_BUFFER = 216;
    static final int DEVICE_DESCRIPTION_ID = 224;
    static final int DEVICE_DESCRIPTION_KIND = 248;
    static final int DEVICE_GET_DESCRIPTION = 272;
    static final int DEVICE_LOCAL_HARDWARE_ID = 288;
    static final int DEVICE_MEMORY_STATS = 312;
    static final int EXECUTABLE_DESTROY = 360;
    static final int EXECUTABLE_NUM_OUTPUTS = 392;
    static final int EXECUTABLE_SERIALIZE = 432;
    static final int EXECUTABLE_DESERIALIZE_AND_LOAD = 488;
    static final int LOADED_EXECUTABLE_DESTROY = 440;
    static final int LOADED_EXECUTABLE_GET_EXECUTABLE = 448;
    static final int LOADED_EXECUTABLE_EXECUTE = 480;
    static final int BUFFER_DESTROY = 504;
    static final int BUFFER_READY_EVENT = 616;
    static final int BUFFER_TO_HOST_BUFFER = 600;
    static final int CLIENT_DMA_MAP = 920;
    static final int CLIENT_DMA_UNMAP = 928;

    private Api() {}
  }

  /** {@code PJRT_Error_Destroy_Args}. */
  static final class ErrorDestroy {
    static final int SIZE = 24;
    static final int ERROR = 16;

    private ErrorDestroy() {}
  }

  /** {@code PJRT_Error_Message_Args}. */
  static final class ErrorMessage {
    static final int SIZE = 40;
    static final int ERROR = 16;
    static final int MESSAGE = 24;
    static final int MESSAGE_SIZE = 32;

    private ErrorMessage() {}
  }

  /** {@code PJRT_Error_GetCode_Args}. */
  static final class ErrorGetCode {
    static final int SIZE = 28;
    static final int ERROR = 16;
    static final int CODE = 24;

    private ErrorGetCode() {}
  }

  /** {@code PJRT_Plugin_Initialize_Args}. */
  static final class PluginInitialize {
    static final int SIZE = 16;

    private PluginInitialize() {}
  }

  /** {@code PJRT_Event_Destroy_Args}. */
  static final class EventDestroy {
    static final int SIZE = 24;
    static final int EVENT = 16;

    private EventDestroy() {}
  }

  /** {@code PJRT_Event_IsReady_Args}. */
  static final class EventIsReady {
    static final int SIZE = 25;
    static final int EVENT = 16;
    static final int IS_READY = 24;

    private EventIsReady() {}
  }

  /** {@code PJRT_Event_Await_Args}. */
  static final class EventAwait {
    static final int SIZE = 24;
    static final int EVENT = 16;

    private EventAwait() {}
  }

  /** {@code PJRT_NamedValue}. */
  static final class NamedValue {
    static final int SIZE = 56;
    static final int NAME = 16;
    static final int NAME_SIZE = 24;
    static final int TYPE = 32;
    static final int INT64_VALUE = 40;
    static final int VALUE_SIZE = 48;

    private NamedValue() {}
  }

  /** {@code PJRT_Client_Create_Args}. */
  static final class ClientCreate {
    static final int SIZE = 88;
    static final int CREATE_OPTIONS = 16;
    static final int NUM_OPTIONS = 24;
    static final int CLIENT = 64;

    private ClientCreate() {}
  }

  /** {@code PJRT_Client_Destroy_Args}. */
  static final class ClientDestroy {
    static final int SIZE = 24;
    static final int CLIENT = 16;

    private ClientDestroy() {}
  }

  /** {@code PJRT_Client_PlatformName_Args}. */
  static final class ClientPlatformName {
    static final int SIZE = 40;
    static final int CLIENT = 16;
    static final int PLATFORM_NAME = 24;
    static final int PLATFORM_NAME_SIZE = 32;

    private ClientPlatformName() {}
  }

  /** {@code PJRT_Client_PlatformVersion_Args}. */
  static final class ClientPlatformVersion {
    static final int SIZE = 40;
    static final int CLIENT = 16;
    static final int PLATFORM_VERSION = 24;
    static final int PLATFORM_VERSION_SIZE = 32;

    private ClientPlatformVersion() {}
  }

  /** {@code PJRT_Client_AddressableDevices_Args}. */
  static final class ClientAddressableDevices {
    static final int SIZE = 40;
    static final int CLIENT = 16;
    static final int ADDRESSABLE_DEVICES = 24;
    static final int NUM_ADDRESSABLE_DEVICES = 32;

    private ClientAddressableDevices() {}
  }

  /** {@code PJRT_Program}. */
  static final class Program {
    static final int SIZE = 48;
    static final int CODE = 16;
    static final int CODE_SIZE = 24;
    static final int FORMAT = 32;
    static final int FORMAT_SIZE = 40;

    private Program() {}
  }

  /** {@code PJRT_Client_Compile_Args}. */
  static final class ClientCompile {
    static final int SIZE = 56;
    static final int CLIENT = 16;
    static final int PROGRAM = 24;
    static final int COMPILE_OPTIONS = 32;
    static final int COMPILE_OPTIONS_SIZE = 40;
    static final int EXECUTABLE = 48;

    private ClientCompile() {}
  }

  /** {@code PJRT_Buffer_MemoryLayout_Tiled}. */
  static final class BufferMemoryLayoutTiled {
    static final int SIZE = 56;
    static final int MINOR_TO_MAJOR = 16;
    static final int MINOR_TO_MAJOR_SIZE = 24;

    private BufferMemoryLayoutTiled() {}
  }

  /** {@code PJRT_Buffer_MemoryLayout}. */
  static final class BufferMemoryLayout {
    static final int SIZE = 76;
    static final int TILED = 16;
    static final int TYPE = 72;

    private BufferMemoryLayout() {}
  }

  /** {@code PJRT_Client_BufferFromHostBuffer_Args}. */
  static final class ClientBufferFromHostBuffer {
    static final int SIZE = 120;
    static final int CLIENT = 16;
    static final int DATA = 24;
    static final int TYPE = 32;
    static final int DIMS = 40;
    static final int NUM_DIMS = 48;
    static final int HOST_BUFFER_SEMANTICS = 72;
    static final int DEVICE = 80;
    static final int DONE_WITH_HOST_BUFFER = 104;
    static final int BUFFER = 112;

    private ClientBufferFromHostBuffer() {}
  }

  /** {@code PJRT_DeviceDescription_Id_Args}. */
  static final class DeviceDescriptionId {
    static final int SIZE = 28;
    static final int DEVICE_DESCRIPTION = 16;
    static final int ID = 24;

    private DeviceDescriptionId() {}
  }

  /** {@code PJRT_DeviceDescription_Kind_Args}. */
  static final class DeviceDescriptionKind {
    static final int SIZE = 40;
    static final int DEVICE_DESCRIPTION = 16;
    static final int DEVICE_KIND = 24;
    static final int DEVICE_KIND_SIZE = 32;

    private DeviceDescriptionKind() {}
  }

  /** {@code PJRT_Device_GetDescription_Args}. */
  static final class DeviceGetDescription {
    static final int SIZE = 32;
    static final int DEVICE = 16;
    static final int DEVICE_DESCRIPTION = 24;

    private DeviceGetDescription() {}
  }

  /** {@code PJRT_Device_LocalHardwareId_Args}. */
  static final class DeviceLocalHardwareId {
    static final int SIZE = 28;
    static final int DEVICE = 16;
    static final int LOCAL_HARDWARE_ID = 24;

    private DeviceLocalHardwareId() {}
  }

  /** {@code PJRT_Device_MemoryStats_Args}. */
  static final class DeviceMemoryStats {
    static final int SIZE = 185;
    static final int DEVICE = 16;
    static final int BYTES_IN_USE = 24;
    static final int PEAK_BYTES_IN_USE = 32;
    static final int PEAK_BYTES_IN_USE_IS_SET = 40;
    static final int BYTES_LIMIT = 80;
    static final int BYTES_LIMIT_IS_SET = 88;

    private DeviceMemoryStats() {}
  }

  /** {@code PJRT_Executable_Destroy_Args}. */
  static final class ExecutableDestroy {
    static final int SIZE = 24;
    static final int EXECUTABLE = 16;

    private ExecutableDestroy() {}
  }

  /** {@code PJRT_Executable_NumOutputs_Args}. */
  static final class ExecutableNumOutputs {
    static final int SIZE = 32;
    static final int EXECUTABLE = 16;
    static final int NUM_OUTPUTS = 24;

    private ExecutableNumOutputs() {}
  }

  /** {@code PJRT_Executable_Serialize_Args}. */
  static final class ExecutableSerialize {
    static final int SIZE = 56;
    static final int EXECUTABLE = 16;
    static final int SERIALIZED_BYTES = 24;
    static final int SERIALIZED_BYTES_SIZE = 32;
    static final int SERIALIZED_EXECUTABLE = 40;
    static final int SERIALIZED_EXECUTABLE_DELETER = 48;

    private ExecutableSerialize() {}
  }

  /** {@code PJRT_Executable_DeserializeAndLoad_Args}. */
  static final class ExecutableDeserializeAndLoad {
    static final int SIZE = 64;
    static final int CLIENT = 16;
    static final int SERIALIZED_EXECUTABLE = 24;
    static final int SERIALIZED_EXECUTABLE_SIZE = 32;
    static final int LOADED_EXECUTABLE = 40;

    private ExecutableDeserializeAndLoad() {}
  }

  /** {@code PJRT_LoadedExecutable_Destroy_Args}. */
  static final class LoadedExecutableDestroy {
    static final int SIZE = 24;
    static final int EXECUTABLE = 16;

    private LoadedExecutableDestroy() {}
  }

  /** {@code PJRT_LoadedExecutable_GetExecutable_Args}. */
  static final class LoadedExecutableGetExecutable {
    static final int SIZE = 32;
    static final int LOADED_EXECUTABLE = 16;
    static final int EXECUTABLE = 24;

    private LoadedExecutableGetExecutable() {}
  }

  /** {@code PJRT_ExecuteOptions}. */
  static final class ExecuteOptions {
    static final int SIZE = 112;
    static final int NUM_SEND_OPS = 32;
    static final int NUM_RECV_OPS = 40;
    static final int LAUNCH_ID = 48;
    static final int NON_DONATABLE_INPUT_INDICES = 56;
    static final int NUM_NON_DONATABLE_INPUT_INDICES = 64;

    private ExecuteOptions() {}
  }

  /** {@code PJRT_LoadedExecutable_Execute_Args}. */
  static final class LoadedExecutableExecute {
    static final int SIZE = 80;
    static final int EXECUTABLE = 16;
    static final int OPTIONS = 24;
    static final int ARGUMENT_LISTS = 32;
    static final int NUM_DEVICES = 40;
    static final int NUM_ARGS = 48;
    static final int OUTPUT_LISTS = 56;
    static final int DEVICE_COMPLETE_EVENTS = 64;
    static final int EXECUTE_DEVICE = 72;

    private LoadedExecutableExecute() {}
  }

  /** {@code PJRT_Buffer_Destroy_Args}. */
  static final class BufferDestroy {
    static final int SIZE = 24;
    static final int BUFFER = 16;

    private BufferDestroy() {}
  }

  /** {@code PJRT_Buffer_ReadyEvent_Args}. */
  static final class BufferReadyEvent {
    static final int SIZE = 32;
    static final int BUFFER = 16;
    static final int EVENT = 24;

    private BufferReadyEvent() {}
  }

  /** {@code PJRT_Buffer_ToHostBuffer_Args}. */
  static final class BufferToHostBuffer {
    static final int SIZE = 56;
    static final int SRC = 16;
    static final int HOST_LAYOUT = 24;
    static final int DST = 32;
    static final int DST_SIZE = 40;
    static final int EVENT = 48;

    private BufferToHostBuffer() {}
  }

  /** {@code PJRT_Client_DmaMap_Args}. */
  static final class ClientDmaMap {
    static final int SIZE = 40;
    static final int CLIENT = 16;
    static final int DATA = 24;
    static final int LENGTH = 32;

    private ClientDmaMap() {}
  }

  /** {@code PJRT_Client_DmaUnmap_Args}. */
  static final class ClientDmaUnmap {
    static final int SIZE = 32;
    static final int CLIENT = 16;
    static final int DATA = 24;

    private ClientDmaUnmap() {}
  }
}
