/**
 * @file Imported before ONNX Runtime, which since 1.29 tells its maker of each process, session and fault, and keeps an identifier of the machine,
 * unless this is set before it is loaded.
 */
process.env.ORT_DISABLE_TELEMETRY = '1';
