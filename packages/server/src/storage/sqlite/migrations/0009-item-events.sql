-- Item events have the names of Connect's pages; what is still to be sent goes out under them.
UPDATE callback_subscriptions
SET event_name = replace(event_name, 'fulfillment.item_', 'fulfillment.order_item_')
WHERE event_name IN ('fulfillment.item_replacement', 'fulfillment.item_refund');
UPDATE callback_deliveries
SET event_name = replace(event_name, 'fulfillment.item_', 'fulfillment.order_item_')
WHERE event_name IN ('fulfillment.item_replacement', 'fulfillment.item_refund');
