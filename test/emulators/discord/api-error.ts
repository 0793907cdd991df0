/** A refusal in Discord's own words. https://discord.com/developers/docs/topics/opcodes-and-status-codes */
export class ApiError extends Error {
  readonly status: number;
  readonly code: number;
  readonly errors: unknown;

  constructor(status: number, code: number, message: string, errors?: unknown) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.errors = errors;
  }

  get body(): object {
    return { message: this.message, code: this.code, ...(this.errors !== undefined && { errors: this.errors }) };
  }
}

export const unauthorized = () => new ApiError(401, 0, '401: Unauthorized');
export const notFound = () => new ApiError(404, 0, '404: Not Found');
export const unknownChannel = () => new ApiError(404, 10003, 'Unknown Channel');
export const unknownMember = () => new ApiError(404, 10007, 'Unknown Member');
export const unknownMessage = () => new ApiError(404, 10008, 'Unknown Message');
export const unknownRole = () => new ApiError(404, 10011, 'Unknown Role');
export const unknownUser = () => new ApiError(404, 10013, 'Unknown User');
export const unknownWebhook = () => new ApiError(404, 10015, 'Unknown Webhook');
export const unknownInteraction = () => new ApiError(404, 10062, 'Unknown interaction');
export const tooLarge = () => new ApiError(413, 40005, 'Request entity too large');
export const alreadyAcknowledged = () => new ApiError(400, 40060, 'Interaction has already been acknowledged.');
export const missingAccess = () => new ApiError(403, 50001, 'Missing Access');
export const notTheAuthor = () => new ApiError(403, 50005, 'Cannot edit a message authored by another user');
export const emptyMessage = () => new ApiError(400, 50006, 'Cannot send an empty message');
export const cannotMessageUser = () => new ApiError(403, 50007, 'Cannot send messages to this user');
export const missingPermissions = () => new ApiError(403, 50013, 'Missing Permissions');
export const wrongChannelType = () => new ApiError(400, 50024, 'Cannot execute action on this channel type');
export const threadExists = () => new ApiError(400, 160004, 'A thread has already been created for this message');
export const invalidWebhookToken = () => new ApiError(401, 50027, 'Invalid Webhook Token');
export const oldMessageEdits = () =>
  new ApiError(429, 30046, 'Maximum number of edits to messages older than 1 hour reached. Try again later.');

/** @param path of the field, e.g. `components.0.custom_id` */
export function invalidForm(path: string, message: string): ApiError {
  const leaf: unknown = { _errors: [{ code: 'BASE_TYPE_INVALID', message }] };
  const errors = path === '' ? leaf : path.split('.').reduceRight((inner, name) => ({ [name]: inner }), leaf);
  return new ApiError(400, 50035, 'Invalid Form Body', errors);
}
