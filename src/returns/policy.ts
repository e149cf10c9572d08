export { defaultReceiptPolicy, type ReceiptPolicy, receiptPolicy } from '../config/receipt-policy.ts';
